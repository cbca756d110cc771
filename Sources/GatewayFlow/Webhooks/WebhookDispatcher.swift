import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase
import ServiceLifecycle
import Synchronization

/// Sees what is due in the outbox and gives webhooks their turns, many at a time and none twice.
package final class WebhookDispatcher: Service {
    private static let atOnce = 128
    /// Webhooks that are looked at in one go.
    private static let dueMax = 10_000
    /// Wake-ups may get lost, and pauses between attempts end without one.
    private static let look: Duration = .seconds(1)
    /// A busy store rings many times a second.
    private static let pauseMin: Duration = .milliseconds(50)

    private let store: GatewayStore
    private let turn: WebhookTurn
    private let lease: ProcessLease
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>
    private let logger: Logger
    private let signal = WakeSignal()
    private let turns = Mutex(WebhookTurns(atOnce: WebhookDispatcher.atOnce))

    package init(
        store: GatewayStore, turn: WebhookTurn, lease: ProcessLease, clock: any WallClock,
        sleeper: any Clock<Duration>, logger: Logger
    ) {
        self.store = store
        self.turn = turn
        self.lease = lease
        self.clock = clock
        self.sleeper = sleeper
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in self.store.wakeUps() { self.signal.wake() } }
                while !Task.isCancelled {
                    let looked = self.clock.uptime()
                    for webhook in await self.next() {
                        group.addTask {
                            await self.turn(webhook)
                            self.turns.withLock { $0.end(webhook) }
                            self.signal.wake()
                        }
                    }
                    await self.signal.wait(upTo: WebhookDispatcher.look, on: self.sleeper)
                    let rest = WebhookDispatcher.pauseMin - self.clock.uptime().since(looked)
                    if rest > .zero { try? await self.sleeper.sleep(for: rest) }
                }
            }
        }
    }

    /// - Returns: webhooks whose turn begins now.
    private func next() async -> [WebhookID] {
        // While others may have taken over, they deliver.
        guard let process = lease.valid else { return [] }
        do throws(SQLFailure) {
            let due = try await store.dueWebhooks(for: process, at: clock.now(), limit: WebhookDispatcher.dueMax)
            return turns.withLock { $0.begin(of: due) }
        } catch {
            logger.warning("the outbox could not be read", metadata: ["error": "\(error)"])
            return []
        }
    }
}
