import SQLDatabase

/// Who may use the store, what waits for a connection, and what each connection's thread does next: a pure machine, kept
/// under a lock by `Pool`.
struct WorkQueue: Sendable {
    enum Phase: Sendable, Equatable {
        case open
        /// No new work; what is queued still runs.
        case closing
        case closed
        case broken(reason: String)
    }

    /// What a member's thread does next.
    enum Step {
        case connect
        case write([Waiting<WriteTask>])
        case read(Waiting<QueuedRead>)
        /// - until: nil waits for work alone.
        case rest(until: Deadline?)
        case leave
    }

    /// Whom to wake after a change.
    struct Calls: Sendable, Equatable {
        var members: [Int] = []
        /// When somebody has to look for work that has waited too long.
        var sweep: Deadline?
    }

    private(set) var phase = Phase.open
    var lanes: WorkLanes
    var crew: Crew
    let limits: Limits
    /// When somebody will look for late work.
    private var sweep: Deadline?

    struct Limits: Sendable {
        var membersMax: Int
        var writersMax: Int
        var readersMax: Int
        var waitingMax: Int
        var groupMax: Int
    }

    init(_ limits: Limits) {
        let least = min(limits.membersMax, limits.writersMax, limits.readersMax, limits.groupMax)
        precondition(least > 0, "nobody would work")
        self.limits = limits
        lanes = WorkLanes(waitingMax: limits.waitingMax)
        crew = Crew(size: limits.membersMax)
    }

    /// Why nothing at all is done any more; nil while the store works.
    var refusal: SQLFailure? {
        switch phase {
        case .open: nil
        case .closing, .closed: .closed
        case .broken(let reason): .broken(reason: reason)
        }
    }

    var waitingWrites: Int { lanes.waitingWrites }
    var waitingReads: Int { lanes.count - lanes.waitingWrites }

    // MARK: Work

    mutating func add(_ task: WriteTask, until deadline: Deadline) throws(SQLFailure) -> Calls {
        if let refusal { throw refusal }
        try lanes.add(task, until: deadline)
        return call()
    }

    mutating func add(_ read: QueuedRead, until deadline: Deadline) throws(SQLFailure) -> Calls {
        if let refusal { throw refusal }
        try lanes.add(read, until: deadline)
        return call()
    }

    /// Work that could not be begun goes back to where it was, also while the store is being closed.
    mutating func putBack(_ writes: [Waiting<WriteTask>]) throws(SQLFailure) -> Calls {
        if case .broken(let reason) = phase { throw .broken(reason: reason) }
        lanes.putBack(writes)
        return call()
    }

    /// Reads do not hold up the end.
    mutating func putBack(_ read: Waiting<QueuedRead>) throws(SQLFailure) -> Calls {
        if let refusal { throw refusal }
        lanes.putBack(read)
        return call()
    }

    /// - Returns: what has waited too long, and when to look again.
    mutating func expire() -> (writes: [WriteTask], reads: [QueuedRead], calls: Calls) {
        sweep = nil
        let (writes, reads) = lanes.expire()
        var calls = scheduleSweep()
        // While closing, members wait for the queue to become empty.
        if phase == .closing, lanes.isEmpty { calls.members = crew.callAll() }
        return (writes, reads, calls)
    }

    /// A caller gives its read up.
    /// - Returns: the member that is running it, if one is.
    mutating func cancel(_ id: ReadID) -> Int? {
        if lanes.remove(id) { return nil }
        return crew.reader(of: id)
    }

    /// Somebody for what waits, if it may be begun now.
    private mutating func call() -> Calls {
        var calls = scheduleSweep()
        if hasWork, let member = crew.callOne() { calls.members = [member] }
        return calls
    }

    private mutating func scheduleSweep() -> Calls {
        guard sweep == nil, let first = lanes.firstDeadline else { return Calls() }
        sweep = first
        return Calls(sweep: first)
    }

    // MARK: The end

    /// - Returns: the reads to refuse, the members whose wait for the server is to end, and whom to wake.
    mutating func beginClosing() -> (reads: [QueuedRead], waiting: [Int], calls: Calls) {
        guard phase == .open else { return ([], [], Calls()) }
        phase = .closing
        let reads = lanes.takeAllReads()
        return (reads, crew.dispensable(connecting: lanes.isEmpty), Calls(members: crew.callAll()))
    }

    /// - Returns: what to refuse, whether this was the first word of it, and whom to wake.
    mutating func breakDown(
        reason: String
    ) -> (writes: [WriteTask], reads: [QueuedRead], isFirst: Bool, calls: Calls) {
        guard phase == .open || phase == .closing else { return ([], [], false, Calls()) }
        phase = .broken(reason: reason)
        return (lanes.takeAllWrites(), lanes.takeAllReads(), true, Calls(members: crew.callAll()))
    }

    /// - Returns: whether everybody has left.
    mutating func finishIfEmpty() -> Bool {
        guard crew.isEmpty else { return false }
        if phase == .closing { phase = .closed }
        return true
    }
}
