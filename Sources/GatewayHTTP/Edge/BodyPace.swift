import NIOCore

/// Whether a request body comes fast enough. Time in which the gateway itself was not reading does not count against
/// the client.
struct BodyPace: Equatable {
    private let started: NIODeadline
    private var received = 0
    private var notReading = TimeAmount.zero
    private var pausedSince: NIODeadline?

    init(started: NIODeadline) { self.started = started }

    mutating func arrived(_ count: Int) { received += count }

    mutating func pause(at now: NIODeadline) { pausedSince = pausedSince ?? now }

    mutating func resume(at now: NIODeadline) {
        guard let since = pausedSince else { return }
        pausedSince = nil
        notReading = notReading + (now - since)
    }

    /// Nil while the gateway is not reading.
    func deadline(_ limits: EdgeLimits) -> NIODeadline? {
        guard pausedSince == nil else { return nil }
        let earned = TimeAmount.milliseconds(Int64(received) * 1000 / Int64(max(limits.bodyBytesPerSecondMin, 1)))
        return started + notReading + max(TimeAmount(limits.bodyTime), earned)
    }
}
