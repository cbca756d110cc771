/// What happened how often, over many worlds: shows that the simulation tries what it is meant to try.
struct Coverage: Sendable {
    private(set) var counts: [String: Int] = [:]

    mutating func count(_ event: String, _ times: Int = 1) { counts[event, default: 0] += times }

    mutating func add(_ other: Coverage) {
        for (event, times) in other.counts { count(event, times) }
    }

    /// One line for each kind of event.
    var lines: [String] {
        counts.sorted { $0.key < $1.key }.map {
            "\(String(repeating: " ", count: max(0, 9 - "\($0.value)".count)))\($0.value)  \($0.key)"
        }
    }
}
