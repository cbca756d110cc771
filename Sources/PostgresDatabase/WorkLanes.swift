import SQLDatabase

/// A write with the terms on which it asks to be run.
struct WriteTask: Sendable {
    let write: QueuedWrite
    /// A step of the schema: takes long, and shares its transaction with nothing.
    var isMigration = false
}

/// Work with its place in the line.
struct Waiting<Work: Sendable>: Sendable {
    let work: Work
    /// Grows from one piece of work to the next.
    let arrival: Int
    /// When it has waited too long for a connection.
    let deadline: Deadline
}

/// What waits, in the order of its arrival; settlements go before everything else.
struct WorkLanes: Sendable {
    private var settlements: [Waiting<WriteTask>] = []
    private var ordinary: [Waiting<WriteTask>] = []
    private var reads: [Waiting<QueuedRead>] = []
    private var arrivals = 0
    private let waitingMax: Int

    init(waitingMax: Int) { self.waitingMax = waitingMax }

    var waitingWrites: Int { settlements.count + ordinary.count }
    var count: Int { waitingWrites + reads.count }
    var isEmpty: Bool { count == 0 }
    var firstRead: Waiting<QueuedRead>? { reads.first }

    var firstDeadline: Deadline? {
        [settlements.first?.deadline, ordinary.first?.deadline, reads.first?.deadline].compactMap(\.self).min()
    }

    mutating func add(_ task: WriteTask, until deadline: Deadline) throws(SQLFailure) {
        guard waitingWrites < waitingMax else {
            throw .unavailable(reason: "\(waitingWrites) writes are waiting already")
        }
        let waiting = arrive(task, deadline)
        if task.write.urgency == .settlement { settlements.append(waiting) } else { ordinary.append(waiting) }
    }

    mutating func add(_ read: QueuedRead, until deadline: Deadline) throws(SQLFailure) {
        guard reads.count < waitingMax else {
            throw .unavailable(reason: "\(reads.count) reads are waiting already")
        }
        reads.append(arrive(read, deadline))
    }

    private mutating func arrive<Work>(_ work: Work, _ deadline: Deadline) -> Waiting<Work> {
        arrivals += 1
        return Waiting(work: work, arrival: arrivals, deadline: deadline)
    }

    mutating func putBack(_ tasks: [Waiting<WriteTask>]) {
        settlements.insert(contentsOf: tasks.filter { $0.work.write.urgency == .settlement }, at: 0)
        ordinary.insert(contentsOf: tasks.filter { $0.work.write.urgency == .ordinary }, at: 0)
    }

    mutating func putBack(_ read: Waiting<QueuedRead>) { reads.insert(read, at: 0) }

    /// - count: at most this many for one transaction.
    /// - read: comes first if it came before the first ordinary write.
    mutating func takeWrites(upTo count: Int, before read: Waiting<QueuedRead>?) -> [Waiting<WriteTask>]? {
        if settlements.isEmpty {
            guard let first = ordinary.first else { return nil }
            if let read, read.arrival < first.arrival { return nil }
        }
        let candidates = settlements.prefix(count) + ordinary.prefix(max(0, count - settlements.count))
        let taken =
            candidates.first?.work.isMigration == true
            ? candidates.prefix(1) : candidates.prefix { !$0.work.isMigration }
        let fromSettlements = min(taken.count, settlements.count)
        settlements.removeFirst(fromSettlements)
        ordinary.removeFirst(taken.count - fromSettlements)
        return Array(taken)
    }

    mutating func takeRead() -> Waiting<QueuedRead>? { reads.isEmpty ? nil : reads.removeFirst() }

    /// - Returns: whether it was waiting.
    mutating func remove(_ id: ReadID) -> Bool {
        guard let index = reads.firstIndex(where: { $0.work.id === id }) else { return false }
        reads.remove(at: index)
        return true
    }

    /// Takes out what has waited too long.
    mutating func expire() -> (writes: [WriteTask], reads: [QueuedRead]) {
        // One moment for all: what becomes late meanwhile must not fall between being told and being removed.
        let now = Deadline(in: .zero)
        let writes = Self.expired(&settlements, at: now) + Self.expired(&ordinary, at: now)
        return (writes, Self.expired(&reads, at: now))
    }

    // Put back after a moment elsewhere, work may stand before some that is older; so all are looked at.
    private static func expired<Work>(_ lane: inout [Waiting<Work>], at now: Deadline) -> [Work] {
        let late = lane.filter { $0.deadline <= now }.map(\.work)
        lane.removeAll { $0.deadline <= now }
        return late
    }

    mutating func takeAllWrites() -> [WriteTask] {
        defer { (settlements, ordinary) = ([], []) }
        return (settlements + ordinary).map(\.work)
    }

    mutating func takeAllReads() -> [QueuedRead] {
        defer { reads = [] }
        return reads.map(\.work)
    }
}
