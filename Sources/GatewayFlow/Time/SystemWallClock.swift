import Foundation
package import GatewayCore

/// The machine's clocks.
package struct SystemWallClock: WallClock {
    package init() {}

    package func now() -> Timestamp { Timestamp(microseconds: SystemWallClock.read(CLOCK_REALTIME)) }
    package func uptime() -> Uptime { Uptime(microseconds: SystemWallClock.read(CLOCK_MONOTONIC)) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var reading = timespec()
        clock_gettime(clock, &reading)
        return Int64(reading.tv_sec) * 1_000_000 + Int64(reading.tv_nsec) / 1000
    }
}
