/// Which other processes have stopped, judged from their beats alone.
package struct BeatWatch: Sendable {
    /// How often a living process has said so; only whether it grows matters.
    package struct Beat: Sendable, Hashable {
        package let process: ProcessID
        package let count: Int64

        package init(process: ProcessID, count: Int64) {
            self.process = process
            self.count = count
        }
    }

    private let terms: LeaseTerms
    private var firstSeen: [Beat: Uptime] = [:]
    private var lastLook: Uptime?

    package init(_ terms: LeaseTerms) { self.terms = terms }

    /// - beats: of all processes but one's own that count as alive.
    /// - Returns: those whose beat has stood still for the whole silence, watched without a gap. After a gap (the store was
    ///   away, this process was stopped) all get the full time again: nobody could beat, or nobody looked.
    package mutating func look(at beats: [Beat], now: Uptime) -> [Beat] {
        if let lastLook, now.since(lastLook) > terms.beat * 3 { firstSeen = [:] }
        lastLook = now
        var seen: [Beat: Uptime] = [:]
        for beat in beats { seen[beat] = firstSeen[beat] ?? now }
        firstSeen = seen
        return beats.filter { beat in seen[beat].map { now.since($0) >= terms.silence } ?? false }
    }
}
