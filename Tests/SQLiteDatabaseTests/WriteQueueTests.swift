import SQLDatabase
import Synchronization
import Testing

@testable import SQLiteDatabase

@Suite("The queue of writes") struct WriteQueueTests {
    @Test("hands out groups in the order of arrival, never more than one group at a time")
    func order() throws {
        let log = AnswerLog()
        var queue = WriteQueue(waitingMax: 10, groupMax: 3)
        for number in 1...5 { _ = try queue.add(log.write(number)) }
        #expect(queue.next().numbers(log) == [1, 2, 3])
        #expect(queue.next().numbers(log) == [4, 5])
        #expect(queue.next().isWait)
    }

    @Test("wakes its thread once per sleep")
    func waking() throws {
        let log = AnswerLog()
        var queue = WriteQueue(waitingMax: 10, groupMax: 3)
        #expect(try !queue.add(log.write(1)))
        _ = queue.next()
        #expect(queue.next().isWait)
        #expect(try queue.add(log.write(2)))
        #expect(try !queue.add(log.write(3)))
    }

    @Test("refuses what does not fit as unavailable")
    func bounded() throws {
        let log = AnswerLog()
        var queue = WriteQueue(waitingMax: 2, groupMax: 2)
        _ = try queue.add(log.write(1))
        _ = try queue.add(log.write(2))
        #expect(throws: SQLFailure.unavailable(reason: "2 writes are waiting already")) { try queue.add(log.write(3)) }
        _ = queue.next()
        _ = try queue.add(log.write(4))
    }

    @Test("takes settlements only while the disk is full")
    func full() throws {
        let log = AnswerLog()
        var queue = WriteQueue(waitingMax: 9, groupMax: 9)
        _ = try queue.add(log.write(1))
        _ = try queue.add(log.write(2, .settlement))
        #expect(log.numbers(queue.becomeFull()) == [1])
        #expect(throws: SQLFailure.storageFull) { try queue.add(log.write(3)) }
        _ = try queue.add(log.write(4, .settlement))
        queue.becomeRoomy()
        _ = try queue.add(log.write(5))
        #expect(queue.next().numbers(log) == [2, 4, 5])
    }

    @Test("runs what it holds before it closes, and takes nothing more")
    func closing() throws {
        let log = AnswerLog()
        var queue = WriteQueue(waitingMax: 9, groupMax: 9)
        _ = try queue.add(log.write(1))
        _ = queue.beginClosing()
        #expect(throws: SQLFailure.closed) { try queue.add(log.write(2)) }
        #expect(queue.next().numbers(log) == [1])
        guard case .close = queue.next() else { return #expect(Bool(false), "not closing") }
        queue.finishClosing()
        #expect(queue.phase == .closed)
    }

    @Test("breaks down once, gives up what it holds and refuses everything from then on")
    func breakdown() throws {
        let log = AnswerLog()
        var queue = WriteQueue(waitingMax: 9, groupMax: 9)
        _ = try queue.add(log.write(1))
        let first = queue.breakDown(reason: "disk")
        #expect(first.isFirst)
        #expect(log.numbers(first.refused) == [1])
        #expect(!queue.breakDown(reason: "again").isFirst)
        #expect(throws: SQLFailure.broken(reason: "disk")) { try queue.add(log.write(2)) }
        guard case .stop = queue.next() else { return #expect(Bool(false), "not stopped") }
    }
}

/// Knows writes by a number, which each gives as its failure when refused.
private final class AnswerLog: Sendable {
    private let refused = Mutex<[Int]>([])

    func write(_ number: Int, _ urgency: WriteUrgency = .ordinary) -> QueuedWrite {
        QueuedWrite(urgency: urgency) { (_: any SQLConnection) throws(SQLFailure) -> TransactionEnd<Int> in
            .commit(number)
        } answer: { [self] _ in
            refused.withLock { $0.append(number) }
        }
    }

    func numbers(_ writes: [QueuedWrite]) -> [Int] {
        refused.withLock { $0 = [] }
        for write in writes { write.refuse(.closed) }
        return refused.withLock { $0 }
    }
}

extension WriteQueue.Step {
    fileprivate func numbers(_ log: AnswerLog) -> [Int] {
        if case .run(let writes) = self { log.numbers(writes) } else { [] }
    }

    fileprivate var isWait: Bool { if case .wait = self { true } else { false } }
}
