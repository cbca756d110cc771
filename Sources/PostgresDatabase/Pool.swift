import Dispatch
import SQLDatabase
import Synchronization

/// A fixed crew of threads, each with a connection of its own when there is work for it (`Worker`), and the queue they
/// take their work from.
final class Pool: Sendable {
    let target: ConnectionTarget
    let purpose: Session.Purpose
    let settings: PostgresSettings
    let wakeUps = WakeUps()
    let canceller = Canceller()

    let queue: Mutex<WorkQueue>
    let members: [Member]
    let tally = Mutex(PostgresFigures())
    /// Attempts to connect that have failed since the last success.
    let tries = Mutex(0)
    let opened = FirstAnswer<PostgresOpenFailure?>()
    let ended = Latch()

    /// What others need to reach a thread.
    struct Member: Sendable {
        let bell = DispatchSemaphore(value: 0)
        let alarm: Alarm
    }

    init(
        _ target: ConnectionTarget, for purpose: Session.Purpose, settings: PostgresSettings
    ) throws(PostgresOpenFailure) {
        self.target = target
        self.purpose = purpose
        self.settings = settings
        var members: [Member] = []
        for _ in 0..<settings.connectionsMax {
            guard let alarm = Alarm() else {
                throw .unreachable(server: target.shown, reason: "this process has no descriptors left")
            }
            members.append(Member(alarm: alarm))
        }
        self.members = members
        queue = Mutex(WorkQueue(WorkQueue.Limits(settings)))
    }

    /// Starts the threads and returns once the first connection has proved itself.
    func open() async throws(PostgresOpenFailure) {
        for member in members.indices { Worker.start(self, member) }
        guard case .success(let failure?) = await opened.wait() else { return }
        beginClosing()
        throw failure
    }

    var figures: PostgresFigures {
        var figures = tally.withLock { $0 }
        (figures.waitingWrites, figures.waitingReads) = queue.withLock { ($0.waitingWrites, $0.waitingReads) }
        return figures
    }

    /// What everybody gets once the store is closed or broken; nil while it works.
    var refusal: SQLFailure? { queue.withLock { $0.refusal } }

    // MARK: For any task

    func write<Value: Sendable>(
        urgency: WriteUrgency, isMigration: Bool = false,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        let result: Result<Value, SQLFailure> = await withCheckedContinuation { continuation in
            let write = QueuedWrite(urgency: urgency, body: body) { continuation.resume(returning: $0) }
            let deadline = Deadline(in: settings.queueTimeout)
            change { (queue) throws(SQLFailure) in
                try queue.add(WriteTask(write: write, isMigration: isMigration), until: deadline)
            } refuse: {
                write.refuse($0)
            }
        }
        return try result.get()
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        let answer = FirstAnswer<Value>()
        let read = QueuedRead(id: ReadID(), body: body, answer: answer)
        let result = await withTaskCancellationHandler {
            let deadline = Deadline(in: settings.queueTimeout)
            change { (queue) throws(SQLFailure) in
                read.isWanted() ? try queue.add(read, until: deadline) : WorkQueue.Calls()
            } refuse: {
                read.refuse($0)
            }
            return await answer.wait()
        } onCancel: {
            cancel(read)
        }
        do throws(SQLFailure) {
            return try result.get()
        } catch {
            // It may have been ended by the store's own end.
            throw refusal ?? error
        }
    }

    /// Changes the queue and wakes whom that concerns; tells the failure outside the lock.
    func change(
        _ body: (inout WorkQueue) throws(SQLFailure) -> WorkQueue.Calls, refuse: (SQLFailure) -> Void
    ) {
        let changed = queue.withLock { queue in
            Result<WorkQueue.Calls, SQLFailure> { () throws(SQLFailure) in try body(&queue) }
        }
        switch changed {
        case .success(let calls): call(calls)
        case .failure(let failure): refuse(failure)
        }
    }

    private func cancel(_ read: QueuedRead) {
        read.refuse(.unavailable(reason: LinkFault.interrupted.reason))
        // Under the lock, so that it cannot ring for what the member does next.
        queue.withLock { queue in
            if let member = queue.cancel(read.id) { members[member].alarm.ring() }
        }
    }

    /// Does not wait.
    func beginClosing() {
        let (reads, calls) = queue.withLock { queue in
            let (reads, waiting, calls) = queue.beginClosing()
            for member in waiting { members[member].alarm.ring() }
            return (reads, calls)
        }
        for read in reads { read.refuse(.closed) }
        call(calls)
    }

    func waitForEnd() async { await ended.wait() }

    /// The server's data cannot be trusted any more: refuses everything from now on and asks for the end of the process.
    func breakDown(reason: String) {
        let (writes, reads, isFirst, calls) = queue.withLock { $0.breakDown(reason: reason) }
        guard isFirst else { return }
        settings.onBroken("\(target.shown): \(reason)")
        for task in writes { task.write.refuse(.broken(reason: reason)) }
        for read in reads { read.refuse(.broken(reason: reason)) }
        wakeUps.finish()
        call(calls)
    }

    // MARK: Waking

    func call(_ calls: WorkQueue.Calls) {
        for member in calls.members { members[member].bell.signal() }
        guard let sweep = calls.sweep else { return }
        let pause = DispatchTimeInterval.milliseconds(Int(sweep.milliseconds))
        DispatchQueue.global().asyncAfter(deadline: .now() + pause) { [weak self] in self?.sweep() }
    }

    /// Refuses what has waited too long.
    func sweep() {
        let (writes, reads, calls, trouble) = queue.withLock { queue in
            let (writes, reads, calls) = queue.expire()
            return (writes, reads, calls, queue.connectionTrouble)
        }
        let failure = SQLFailure.unavailable(reason: trouble ?? "all connections were busy for too long")
        for task in writes { task.write.refuse(failure) }
        for read in reads { read.refuse(failure) }
        call(calls)
    }
}

extension WorkQueue.Limits {
    init(_ settings: PostgresSettings) {
        self.init(
            membersMax: settings.connectionsMax, writersMax: settings.writersMax, readersMax: settings.readersMax,
            waitingMax: settings.waitingMax, groupMax: settings.groupWritesMax)
    }
}
