import Dispatch
import GRDB
import SQLDatabase
import Synchronization

/// The only part of the program that writes: takes writes from any task, and has one thread of its own commit them in
/// groups (`WriterLoop`).
final class Writer: Sendable {
    let settings: SQLiteSettings
    let database: DatabaseQueue
    /// Nil for a store in memory.
    let store: OpenStore?
    let texts: StatementTexts
    let wakeUps = WakeUps()
    let stopwatch: @Sendable () -> Duration

    private let queue: Mutex<WriteQueue>
    private let tally = Mutex(SQLiteFigures())
    private let bell = DispatchSemaphore(value: 0)
    private let ended = Latch()

    init(_ database: DatabaseQueue, store: OpenStore?, texts: StatementTexts, settings: SQLiteSettings) {
        self.database = database
        self.store = store
        self.texts = texts
        self.settings = settings
        stopwatch = settings.clock.stopwatch()
        queue = Mutex(WriteQueue(waitingMax: settings.waitingWritesMax, groupMax: settings.groupWritesMax))
    }

    var figures: SQLiteFigures {
        var figures = tally.withLock { $0 }
        figures.isFull = isFull
        return figures
    }

    // MARK: For any task

    func write<Value: Sendable>(
        urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        let result: Result<Value, SQLFailure> = await withCheckedContinuation { continuation in
            submit(QueuedWrite(urgency: urgency, body: body) { continuation.resume(returning: $0) })
        }
        return try result.get()
    }

    /// - Throws: why the store does not work any more.
    func checkUsable() throws(SQLFailure) {
        if let refusal = queue.withLock({ $0.refusal }) { throw refusal }
    }

    /// What everybody gets once storage is broken; nil while it is not.
    var brokenFailure: SQLFailure? {
        guard case .broken(let reason) = queue.withLock({ $0.phase }) else { return nil }
        return .broken(reason: reason)
    }

    /// Storage cannot be trusted any more: refuses everything from now on and asks for the end of the process.
    func breakDown(reason: String) {
        let (refused, isFirst, wakes) = queue.withLock { $0.breakDown(reason: reason) }
        guard isFirst else { return }
        settings.onBroken("\(database.path): \(reason)")
        for write in refused { write.refuse(.broken(reason: reason)) }
        wakeUps.finish()
        if wakes { bell.signal() }
    }

    /// Does not wait.
    func beginClosing() {
        if queue.withLock({ $0.beginClosing() }) { bell.signal() }
    }

    func waitForEnd() async { await ended.wait() }

    private func submit(_ write: QueuedWrite) {
        let added = queue.withLock { queue in
            Result<Bool, SQLFailure> { () throws(SQLFailure) in try queue.add(write) }
        }
        switch added {
        case .success(let wakes): if wakes { bell.signal() }
        case .failure(let failure): write.refuse(failure)
        }
    }

    // MARK: For the writer's thread

    func nextStep() -> WriteQueue.Step { queue.withLock { $0.next() } }

    /// - patience: nil waits for work alone.
    func waitForWork(patience: Duration?) {
        guard let patience else { return bell.wait() }
        _ = bell.wait(timeout: .now() + .nanoseconds(Int(patience / .nanoseconds(1))))
    }

    var isFull: Bool { queue.withLock { $0.isFull } }

    func becomeFull() {
        for write in queue.withLock({ $0.becomeFull() }) { write.refuse(.storageFull) }
    }

    func becomeRoomy() { queue.withLock { $0.becomeRoomy() } }

    /// - rings: whether others are to wake.
    func note(commit time: Duration, writes: Int, rings: Bool) {
        tally.withLock { tally in
            tally.commits += 1
            tally.writes += writes
        }
        settings.onCommit(time, writes)
        if rings { wakeUps.ring() }
    }

    func noteCheckpoint() { tally.withLock { $0.checkpoints += 1 } }

    func noteEnd() {
        queue.withLock { $0.finishClosing() }
        wakeUps.finish()
        ended.open()
    }
}

extension Clock where Duration == Swift.Duration {
    /// Time since this call.
    fileprivate func stopwatch() -> @Sendable () -> Swift.Duration {
        let start = now
        return { [self] in start.duration(to: now) }
    }
}
