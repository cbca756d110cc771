/// The threads of a pool, each with a connection or without one: who rests, who may connect, who reads.
struct Crew: Sendable {
    private enum Place: Sendable {
        /// Decides what to do next, or does it.
        case active
        case connecting
        /// Has a connection and nothing to do.
        case resting
        /// Has neither.
        case away
        case gone
    }

    private struct Trouble: Sendable {
        var reason: String
        var nextTry: Deadline
    }

    private var places: [Place]
    /// Those that rest, the one that worked last at the end: the others' connections may idle.
    private var resting: [Int] = []
    private var reading: [Int: ReadID] = [:]
    private var writing: Set<Int> = []
    /// Until the first attempt to connect has come to its end.
    private(set) var isOpening = true
    private var lastTrouble: Trouble?
    /// While the server cannot be reached, one member tries.
    private var prober: Int?

    init(size: Int) {
        places = Array(repeating: .active, count: size)
    }

    var readers: Int { reading.count }
    var writers: Int { writing.count }
    var restingCount: Int { resting.count }
    var isEmpty: Bool { places.allSatisfy { $0 == .gone } }
    var trouble: String? { lastTrouble?.reason }

    // MARK: One member

    mutating func begin(_ member: Int) {
        places[member] = .active
        writing.remove(member)
        resting.removeAll { $0 == member }
    }

    mutating func rest(_ member: Int, isConnected: Bool, keepsTurn: Bool = false) {
        places[member] = isConnected ? .resting : .away
        if isConnected { resting.append(member) }
        if prober == member, !keepsTurn { prober = nil }
    }

    mutating func leave(_ member: Int) {
        places[member] = .gone
        if prober == member { prober = nil }
    }

    /// Until the member's next `begin`.
    mutating func write(_ member: Int) { writing.insert(member) }

    mutating func read(_ member: Int, _ id: ReadID) { reading[member] = id }

    mutating func finishRead(_ member: Int) { reading[member] = nil }

    func reader(of id: ReadID) -> Int? { reading.first { $0.value === id }?.key }

    /// Those whose wait for the server nobody needs once the store closes.
    /// - connecting: whether nothing waits for the connections that are being made.
    func dispensable(connecting: Bool) -> [Int] {
        places.indices.filter { reading[$0] != nil || (connecting && places[$0] == .connecting) }
    }

    // MARK: Connecting

    /// - Returns: when this member may connect; nil while another one tries.
    mutating func turnToConnect(_ member: Int) -> Deadline? {
        if isOpening { return member == 0 ? Deadline(in: .zero) : nil }
        guard let lastTrouble else { return Deadline(in: .zero) }
        if prober == nil { prober = member }
        return prober == member ? lastTrouble.nextTry : nil
    }

    mutating func connect(_ member: Int) { places[member] = .connecting }

    mutating func connected() {
        isOpening = false
        lastTrouble = nil
        prober = nil
    }

    mutating func failedToConnect(_ member: Int, _ reason: String, nextTry: Deadline) {
        isOpening = false
        lastTrouble = Trouble(reason: reason, nextTry: nextTry)
        prober = member
    }

    // MARK: Waking

    /// For new work: one that has a connection, or one that may make one.
    mutating func callOne() -> Int? {
        if let member = callResting().first { return member }
        guard !isOpening, prober == nil, let member = places.firstIndex(of: .away) else { return nil }
        places[member] = .active
        return member
    }

    /// One that has a connection, if one rests.
    mutating func callResting() -> [Int] {
        guard let member = resting.popLast() else { return [] }
        places[member] = .active
        return [member]
    }

    /// - count: at most this many of those without a connection.
    mutating func callAway(upTo count: Int) -> [Int] {
        let called = places.indices.filter { places[$0] == .away }.prefix(count)
        for member in called { places[member] = .active }
        return Array(called)
    }

    mutating func callAll() -> [Int] {
        let called = places.indices.filter { places[$0] == .resting || places[$0] == .away }
        for member in called { places[member] = .active }
        resting = []
        return called
    }
}
