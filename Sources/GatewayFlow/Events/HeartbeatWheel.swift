/// Who is due at which tick: each once in a round, and for the first time a whole round after coming. Pure.
struct HeartbeatWheel {
    struct Seat: Sendable, Hashable {
        fileprivate let spoke: Int
        fileprivate let number: Int
    }

    private(set) var count = 0
    private var spokes: [[Int: @Sendable () -> Void]]
    private var lastTurned: Int
    private var lastNumber = 0

    /// - ticks: of one round, at least 1.
    init(ticks: Int) {
        spokes = Array(repeating: [:], count: ticks)
        lastTurned = ticks - 1
    }

    mutating func join(_ beat: @escaping @Sendable () -> Void) -> Seat {
        lastNumber += 1
        count += 1
        spokes[lastTurned][lastNumber] = beat
        return Seat(spoke: lastTurned, number: lastNumber)
    }

    mutating func leave(_ seat: Seat) {
        if spokes[seat.spoke].removeValue(forKey: seat.number) != nil { count -= 1 }
    }

    /// - Returns: who is due.
    mutating func turn() -> [@Sendable () -> Void] {
        lastTurned = (lastTurned + 1) % spokes.count
        return Array(spokes[lastTurned].values)
    }
}
