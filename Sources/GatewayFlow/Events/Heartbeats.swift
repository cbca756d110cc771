import ServiceLifecycle
import Synchronization

/// Wakes every open stream from time to time, so that each finds out whether its client and its token are still there. One
/// sleeping task for all of them.
package final class Heartbeats: Service {
    /// Between two of one stream.
    package static let period: Duration = .seconds(ticks)
    private static let ticks = 15

    private let wheel = Mutex(HeartbeatWheel(ticks: ticks))
    private let metrics: GatewayMetrics
    private let sleeper: any Clock<Duration>

    package init(metrics: GatewayMetrics, sleeper: any Clock<Duration>) {
        self.metrics = metrics
        self.sleeper = sleeper
    }

    /// Open streams.
    package var count: Int { wheel.withLock { $0.count } }

    func join(_ beat: @escaping @Sendable () -> Void) -> HeartbeatWheel.Seat { wheel.withLock { $0.join(beat) } }

    func leave(_ seat: HeartbeatWheel.Seat) { wheel.withLock { $0.leave(seat) } }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await self.sleeper.sleep(for: .seconds(1))) != nil {
                for beat in self.wheel.withLock({ $0.turn() }) { beat() }
                self.metrics.eventStreams(self.count)
            }
        }
    }
}
