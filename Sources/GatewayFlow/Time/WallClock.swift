package import GatewayCore

/// Where dates and monotonic readings come from. Waiting is done with a `Clock<Duration>` beside it.
package protocol WallClock: Sendable {
    func now() -> Timestamp
    func uptime() -> Uptime
}
