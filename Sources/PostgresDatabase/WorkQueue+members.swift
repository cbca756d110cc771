/// What the members' threads ask and tell.
extension WorkQueue {
    /// - Returns: what the member does next, and who else is to be woken.
    mutating func next(for member: Int, isConnected: Bool) -> (step: Step, calls: Calls) {
        crew.begin(member)
        if case .broken = phase { return (leave(member), Calls()) }
        if isConnected { return (nextWork(for: member), Calls()) }
        // What it was to do, another one can do at once that still has its connection.
        let others = hasWork ? crew.callResting() : []
        return (nextConnection(for: member), Calls(members: others))
    }

    private mutating func nextWork(for member: Int) -> Step {
        let mayRead = crew.readers < limits.readersMax
        if crew.writers < limits.writersMax,
            let writes = lanes.takeWrites(upTo: share, before: mayRead ? lanes.firstRead : nil)
        {
            crew.write(member)
            return .write(writes)
        }
        if mayRead, let read = lanes.takeRead() {
            crew.read(member, read.work.id)
            return .read(read)
        }
        if phase == .closing { return leave(member) }
        crew.rest(member, isConnected: true)
        return .rest(until: nil)
    }

    private mutating func nextConnection(for member: Int) -> Step {
        guard crew.isOpening || hasWork else {
            if phase == .closing { return leave(member) }
            crew.rest(member, isConnected: false)
            return .rest(until: nil)
        }
        guard let turn = crew.turnToConnect(member) else {
            // The one that tries will do the rest of the work.
            if phase == .closing { return leave(member) }
            crew.rest(member, isConnected: false)
            return .rest(until: nil)
        }
        guard turn.isOver else {
            crew.rest(member, isConnected: false, keepsTurn: true)
            return .rest(until: turn)
        }
        crew.connect(member)
        return .connect
    }

    /// Whether something waits that may be begun now.
    var hasWork: Bool {
        (lanes.waitingWrites > 0 && crew.writers < limits.writersMax)
            || (lanes.firstRead != nil && crew.readers < limits.readersMax)
    }

    /// How many writes one member takes: an equal part of what waits, if others could take the rest at once.
    private var share: Int {
        let others = min(crew.restingCount, limits.writersMax - crew.writers - 1)
        let takers = 1 + max(others, 0)
        return min(max((lanes.waitingWrites + takers - 1) / takers, 1), limits.groupMax)
    }

    private mutating func leave(_ member: Int) -> Step {
        crew.leave(member)
        return .leave
    }

    /// - Returns: those who can now connect as well.
    mutating func connected(_ member: Int) -> Calls {
        crew.connected()
        return Calls(members: crew.callAway(upTo: lanes.count))
    }

    mutating func failedToConnect(_ member: Int, _ failure: String, nextTry: Deadline) {
        crew.failedToConnect(member, failure, nextTry: nextTry)
    }

    /// Why there is no connection; nil when there was one last.
    var connectionTrouble: String? { crew.trouble }

    mutating func finishRead(_ member: Int) { crew.finishRead(member) }
}
