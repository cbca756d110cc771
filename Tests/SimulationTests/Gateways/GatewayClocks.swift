import GatewayCore
import GatewayFlow

/// The dates and uptimes that one gateway sees.
struct GatewayWall: WallClock {
    let life: GatewayLife

    func now() -> Timestamp { Timestamp(microseconds: life.world.time.date.microseconds + life.skew) }
    func uptime() -> Uptime { Uptime(microseconds: 1_000_000_000 + life.world.time.elapsed) }
}

/// What one gateway sleeps by.
struct GatewaySleeper: Clock {
    struct Instant: InstantProtocol {
        let microseconds: Int64

        func advanced(by duration: Duration) -> Instant { Instant(microseconds: microseconds + duration.microseconds) }
        func duration(to other: Instant) -> Duration { .microseconds(other.microseconds - microseconds) }
        static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }
    }

    let life: GatewayLife

    var now: Instant { Instant(microseconds: life.world.time.elapsed) }
    var minimumResolution: Duration { .microseconds(1) }

    /// - Throws: `CancellationError` when the task is cancelled and when the process is gone.
    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        guard !life.isDead else { throw CancellationError() }
        let time = life.world.time
        try await time.sleep(deadline.microseconds - time.elapsed, as: life.owner)
    }
}
