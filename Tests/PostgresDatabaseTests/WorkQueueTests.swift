import SQLDatabase
import Testing

@testable import PostgresDatabase

@Suite("Who works next") struct WorkQueueTests {
    @Test("opening: one member connects, the others wait for it")
    func opening() throws {
        var queue = queue(members: 3)
        #expect(queue.step(1, isConnected: false).isRest)
        #expect(queue.step(0, isConnected: false).isConnect)
        #expect(queue.connected(0).members == [])
        #expect(queue.step(0, isConnected: true).isRest)
    }

    @Test("work goes to the member that worked last, so that idle connections idle")
    func lastFirst() throws {
        var queue = openQueue(connected: 3)
        #expect(try queue.add(write(1), until: later).members == [2])
        #expect(try queue.add(write(2), until: later).members == [1])
        #expect(queue.step(2, isConnected: true).numbers == [1])
        #expect(queue.step(1, isConnected: true).numbers == [2])
        #expect(queue.step(2, isConnected: true).isRest)
        #expect(try queue.add(write(3), until: later).members == [2])
    }

    @Test("a member without a connection is called only when none with one rests")
    func connectsOnDemand() throws {
        var queue = openQueue(connected: 1, of: 2)
        #expect(try queue.add(write(1), until: later).members == [0])
        #expect(try queue.add(write(2), until: later).members == [1])
        #expect(queue.step(1, isConnected: false).isConnect)
        #expect(queue.step(0, isConnected: true).numbers == [1, 2], "it does not wait for the other's connection")
        #expect(queue.connected(1).members == [])
        #expect(queue.step(1, isConnected: true).isRest)
    }

    @Test("writes go in the order of their arrival, settlements first, and no more at once than writers may")
    func order() throws {
        var queue = openQueue(connected: 2, writers: 1)
        for number in 1...3 { _ = try queue.add(write(number), until: later) }
        _ = try queue.add(write(4, .settlement), until: later)
        #expect(queue.step(0, isConnected: true).numbers == [4, 1, 2, 3])
        _ = try queue.add(write(5), until: later)
        #expect(queue.step(1, isConnected: true).isRest)
        #expect(queue.step(0, isConnected: true).numbers == [5])
    }

    @Test("what waits is divided among those that rest")
    func shares() throws {
        var queue = openQueue(connected: 1, of: 3, writers: 3)
        for number in 1...6 { _ = try queue.add(write(number), until: later) }
        for member in 1...2 { _ = queue.connected(member) }
        #expect(queue.step(1, isConnected: true).numbers == [1, 2, 3, 4, 5, 6])
    }

    @Test("a group has a bound, and a step of the schema is alone")
    func groups() throws {
        var queue = openQueue(connected: 1, groupMax: 2)
        for number in 1...3 { _ = try queue.add(write(number), until: later) }
        _ = try queue.add(write(4, isMigration: true), until: later)
        _ = try queue.add(write(5), until: later)
        #expect(queue.step(0, isConnected: true).numbers == [1, 2])
        #expect(queue.step(0, isConnected: true).numbers == [3])
        #expect(queue.step(0, isConnected: true).numbers == [4])
        #expect(queue.step(0, isConnected: true).numbers == [5])
    }

    @Test("a read that came first goes first, unless enough of them run")
    func reads() throws {
        var queue = openQueue(connected: 3, readers: 1)
        let reads = [read(), read()]
        _ = try queue.add(reads[0], until: later)
        _ = try queue.add(write(1), until: later)
        _ = try queue.add(reads[1], until: later)
        #expect(queue.step(0, isConnected: true).read === reads[0].id)
        #expect(queue.step(1, isConnected: true).numbers == [1])
        #expect(queue.step(2, isConnected: true).isRest)
        queue.finishRead(0)
        #expect(queue.step(0, isConnected: true).read === reads[1].id)
    }

    @Test("a read given up is found where it is")
    func cancels() throws {
        var queue = openQueue(connected: 1)
        let reads = [read(), read(), read()]
        for read in reads.prefix(2) { _ = try queue.add(read, until: later) }
        #expect(queue.step(0, isConnected: true).read === reads[0].id)
        #expect(queue.cancel(reads[0].id) == 0)
        #expect(queue.cancel(reads[1].id) == nil)
        #expect(queue.cancel(reads[2].id) == nil)
        #expect(queue.waitingReads == 0)
    }

    @Test("while the server cannot be reached, one tries, with pauses, and calls the others when it has succeeded")
    func probing() throws {
        var queue = openQueue(connected: 0, of: 3)
        for number in 1...5 { _ = try queue.add(write(number), until: later) }
        #expect(queue.step(1, isConnected: false).isConnect)
        queue.failedToConnect(1, "no route", nextTry: later)
        #expect(queue.step(1, isConnected: false).isPause)
        for member in [0, 2] { #expect(queue.step(member, isConnected: false).isRest) }
        #expect(try queue.add(write(6), until: later).members == [])
        #expect(queue.connectionTrouble == "no route")
        queue.failedToConnect(1, "no route", nextTry: Deadline(in: .zero))
        #expect(queue.step(1, isConnected: false).isConnect)
        #expect(queue.connected(1).members == [0, 2])
        #expect(queue.connectionTrouble == nil)
    }

    @Test("a connection that rests does the work of one that was lost")
    func standsIn() throws {
        var queue = openQueue(connected: 3, writers: 2)
        for number in 1...2 { _ = try queue.add(write(number), until: later) }
        guard case .write(let one) = queue.step(2, isConnected: true) else { return #expect(Bool(false)) }
        guard case .write(let other) = queue.step(1, isConnected: true) else { return #expect(Bool(false)) }
        // As long as their members count as writers, nobody else may begin them.
        #expect(try queue.putBack(one).members == [])
        #expect(try queue.putBack(other).members == [])
        let (step, calls) = queue.next(for: 2, isConnected: false)
        #expect(step.isConnect)
        #expect(calls.members == [0])
        #expect(queue.step(0, isConnected: true).numbers == [2, 1])
    }

    @Test("what has waited too long is taken out, put back or not")
    func expires() throws {
        var queue = openQueue(connected: 1)
        let past = Deadline(in: .zero)
        #expect(try queue.add(write(1), until: past).sweep == past)
        guard case .write(let taken) = queue.step(0, isConnected: true) else { return #expect(Bool(false)) }
        _ = try queue.add(write(2), until: later)
        _ = try queue.putBack(taken)
        let (writes, reads, calls) = queue.expire()
        #expect(writes.map(\.number) == [1])
        #expect(reads.isEmpty)
        #expect(calls.sweep == later)
    }

    @Test("closing lets what is queued be done, refuses what comes, and ends when all have left")
    func closing() throws {
        var queue = openQueue(connected: 2, writers: 1)
        _ = try queue.add(write(1), until: later)
        let report = read()
        _ = try queue.add(report, until: later)
        #expect(queue.step(0, isConnected: true).numbers == [1])
        _ = try queue.add(write(2), until: later)
        let (reads, waiting, _) = queue.beginClosing()
        #expect(reads.map(\.id).first === report.id)
        #expect(waiting == [])
        #expect(throws: SQLFailure.closed) { try queue.add(write(3), until: later) }
        #expect(throws: SQLFailure.closed) {
            try queue.putBack(Waiting(work: report, arrival: 9, deadline: later))
        }
        #expect(queue.step(1, isConnected: true).isLeave)
        var isEmpty = queue.finishIfEmpty()
        #expect(!isEmpty)
        #expect(queue.step(0, isConnected: true).numbers == [2])
        #expect(queue.step(0, isConnected: true).isLeave)
        isEmpty = queue.finishIfEmpty()
        #expect(isEmpty)
        #expect(queue.phase == .closed)
    }

    @Test("broken storage refuses everything, once with the first word of it")
    func breaks() throws {
        var queue = openQueue(connected: 1)
        _ = try queue.add(write(1), until: later)
        let (writes, _, isFirst, _) = queue.breakDown(reason: "bad page")
        #expect(writes.count == 1)
        #expect(isFirst)
        #expect(!queue.breakDown(reason: "another").isFirst)
        #expect(throws: SQLFailure.broken(reason: "bad page")) { try queue.add(write(2), until: later) }
        let held = Waiting(work: write(3), arrival: 3, deadline: later)
        #expect(throws: SQLFailure.broken(reason: "bad page")) { try queue.putBack([held]) }
        #expect(queue.step(0, isConnected: true).isLeave)
    }

    // MARK: What the rules are told with

    private let later = Deadline(in: .seconds(600))

    private func queue(members: Int, writers: Int = 3, readers: Int = 2, groupMax: Int = 16) -> WorkQueue {
        WorkQueue(
            WorkQueue.Limits(
                membersMax: members, writersMax: writers, readersMax: readers, waitingMax: 100, groupMax: groupMax))
    }

    /// - connected: how many members rest with a connection; the others are away.
    private func openQueue(
        connected: Int, of members: Int? = nil, writers: Int = 3, readers: Int = 2, groupMax: Int = 16
    ) -> WorkQueue {
        let members = members ?? connected
        var queue = queue(members: members, writers: writers, readers: readers, groupMax: groupMax)
        _ = queue.step(0, isConnected: false)
        _ = queue.connected(0)
        for member in 0..<members { _ = queue.step(member, isConnected: member < connected) }
        return queue
    }

    private func write(_ number: Int, _ urgency: WriteUrgency = .ordinary, isMigration: Bool = false) -> WriteTask {
        let write = QueuedWrite(
            urgency: urgency,
            body: { (_: any SQLConnection) throws(SQLFailure) -> TransactionEnd<Int> in
                throw .statement(reason: "\(number)")
            },
            answer: { _ in })
        return WriteTask(write: write, isMigration: isMigration)
    }

    private func read() -> QueuedRead {
        QueuedRead(id: ReadID(), body: { _ throws(SQLFailure) in 1 }, answer: FirstAnswer<Int>())
    }
}

extension WorkQueue {
    fileprivate mutating func step(_ member: Int, isConnected: Bool) -> Step {
        next(for: member, isConnected: isConnected).step
    }
}

extension WorkQueue.Step {
    fileprivate var isConnect: Bool { if case .connect = self { true } else { false } }
    fileprivate var isRest: Bool { if case .rest(until: nil) = self { true } else { false } }
    fileprivate var isPause: Bool { if case .rest(until: .some) = self { true } else { false } }
    fileprivate var isLeave: Bool { if case .leave = self { true } else { false } }
    fileprivate var read: ReadID? { if case .read(let read) = self { read.work.id } else { nil } }
    fileprivate var numbers: [Int] { if case .write(let tasks) = self { tasks.map(\.work.number) } else { [] } }
}

extension WriteTask {
    /// A test's write tells its number when it is run.
    fileprivate var number: Int {
        guard case .failed(.statement(let number)) = write.run(NoConnection()).end else { return -1 }
        return Int(number) ?? -1
    }
}

/// Stands where a body wants a connection that it does not use.
private struct NoConnection: SQLConnection {
    private let refusal = SQLFailure.statement(reason: "there is no connection")

    func query(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> [SQLRow] { throw refusal }
    func execute(_ sql: String, _ parameters: [SQLValue]) throws(SQLFailure) -> Int { throw refusal }
    func storeClock() throws(SQLFailure) -> Int64 { throw refusal }
    func wakeOthers() throws(SQLFailure) { throw refusal }

    func savepoint<Value>(
        _ body: (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) throws(SQLFailure) -> Value { throw refusal }
}
