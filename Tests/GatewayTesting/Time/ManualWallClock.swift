package import GatewayCore
import GatewayFlow

extension ManualClock {
    /// This clock as the gateway's services take it for dates.
    package var wall: ManualWallClock { ManualWallClock(clock: self) }
}

/// The dates of a ``ManualClock``.
package struct ManualWallClock: WallClock {
    fileprivate let clock: ManualClock

    package func now() -> Timestamp { clock.date }
    package func uptime() -> Uptime { clock.uptime }
}
