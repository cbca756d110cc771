/// A moment at which a wait ends.
struct Deadline: Sendable, Comparable {
    private let instant: ContinuousClock.Instant

    init(in duration: Duration, from now: ContinuousClock.Instant = .now) {
        instant = now.advanced(by: duration)
    }

    var isOver: Bool { instant <= .now }

    /// Zero once it is over.
    var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: instant)) }

    /// For poll(2); rounded up, so that a wait that ended in time is not repeated with nothing left.
    var milliseconds: CInt {
        let (seconds, attoseconds) = remaining.components
        let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return CInt(clamping: min(seconds, 1_000_000) * 1_000 + rest)
    }

    static func < (left: Deadline, right: Deadline) -> Bool { left.instant < right.instant }
}

extension Duration {
    /// Whole milliseconds, for a setting of the server; at least 1, as 0 would turn the limit off.
    var serverMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return max(1, min(seconds, 1_000_000) * 1_000 + attoseconds / 1_000_000_000_000_000)
    }
}
