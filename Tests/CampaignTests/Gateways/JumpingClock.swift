import GatewayCore
import GatewayFlow
import Synchronization

/// The machine's clocks, which a test may set forward.
final class JumpingClock: WallClock {
    private let ahead = Mutex(Duration.zero)
    private let machine = SystemWallClock()

    func jump(by time: Duration) { ahead.withLock { $0 += time } }

    func now() -> Timestamp { machine.now().adding(ahead.withLock { $0 }) }
    func uptime() -> Uptime { machine.uptime().adding(ahead.withLock { $0 }) }
}
