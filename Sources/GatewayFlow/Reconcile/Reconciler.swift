import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase
import ServiceLifecycle

/// Takes a sample every five minutes, and one when the last order has ended.
package struct Reconciler: Service {
    private static let look: Duration = .seconds(5)
    private static let interval: Duration = .seconds(300)
    /// A difference is looked at again soon.
    private static let confirmation: Duration = .seconds(15)

    private let reconcile: Reconcile
    private let store: GatewayStore
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>
    private let logger: Logger

    package init(
        reconcile: Reconcile, store: GatewayStore, clock: any WallClock, sleeper: any Clock<Duration>, logger: Logger
    ) {
        self.reconcile = reconcile
        self.store = store
        self.clock = clock
        self.sleeper = sleeper
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var due = self.clock.uptime()
            var wasQuiet = false
            while !Task.isCancelled {
                let isQuiet = await self.isQuiet()
                if self.clock.uptime() >= due || isQuiet && !wasQuiet {
                    due = self.clock.uptime().adding(await self.sample())
                }
                wasQuiet = isQuiet
                guard (try? await self.sleeper.sleep(for: Reconciler.look)) != nil else { return }
            }
        }
    }

    private func isQuiet() async -> Bool { (try? await store.isQuiet()) ?? false }

    /// - Returns: when to take the next one.
    private func sample() async -> Duration {
        do throws(Refusal) {
            guard let outcome = try await reconcile() else { return Reconciler.confirmation }
            return outcome.known.drift == .zero ? Reconciler.interval : Reconciler.confirmation
        } catch {
            logger.warning("the account could not be held against the books", metadata: ["error": "\(error)"])
            return Reconciler.confirmation
        }
    }
}
