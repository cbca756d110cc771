import Foundation
import GRDB
import GRDBSQLite
import SQLDatabase

/// What the writer's thread does, from opening to closing.
struct WriterLoop {
    let writer: Writer
    private let statements: ReadyStatements
    private var checkpoints: CheckpointPlan
    private var lastProbe = Duration.zero
    /// So many groups more are run with savepoints, because in one a moment ago not all was to be kept: where orders are
    /// refused all the time, running them twice would cost more than savepoints do.
    private var waryGroups = 0

    /// Starts the thread; it ends after `Writer.beginClosing` or a breakdown.
    static func start(_ writer: Writer) {
        let thread = Thread {
            var loop = WriterLoop(writer)
            loop.run()
        }
        thread.name = "sqlite.writer"
        thread.start()
    }

    private init(_ writer: Writer) {
        self.writer = writer
        statements = ReadyStatements(writer.texts)
        checkpoints = CheckpointPlan(
            pages: writer.settings.checkpointPages, pagesMax: writer.settings.checkpointPagesMax)
    }

    private mutating func run() {
        secureBallast()
        while true {
            probeSpace()
            switch writer.nextStep() {
            case .run(let writes):
                commit(writes)
                checkpoint(isQuiet: false)
            case .wait:
                checkpoint(isQuiet: true)
                writer.waitForWork(patience: writer.isFull ? writer.settings.spaceProbeInterval : nil)
            case .close:
                return close()
            case .stop:
                return abandon()
            }
        }
    }

    // MARK: Groups

    private mutating func commit(_ writes: [QueuedWrite]) {
        if let failure = writer.brokenFailure { return writes.refuse(failure) }
        guard writer.store?.isInPlace ?? true else {
            return breakDown("the database file was moved or replaced while it was open", refusing: writes)
        }
        do throws(SQLFailure) {
            deliver(try runGroup(writes), of: writes)
        } catch {
            switch error {
            case .broken(let reason): breakDown(reason, refusing: writes)
            case .storageFull: makeRoom(for: writes)
            default: writes.refuse(error)
            }
        }
    }

    private mutating func runGroup(_ writes: [QueuedWrite]) throws(SQLFailure) -> GroupTransaction.Settled {
        let isTrusting = waryGroups == 0
        let (settled, pages) = writer.database.writeWithoutTransaction { [writer, statements] database in
            let group = GroupTransaction(on: database, statements: statements, stopwatch: writer.stopwatch)
            let settled = Result { () throws(SQLFailure) in try group.run(writes, trusting: isTrusting) }
            return (settled, database.takePagesWritten())
        }
        checkpoints.wrote(pages: pages)
        let group = try settled.get()
        waryGroups = group.isMixed ? WriterLoop.waryGroupsMax : max(0, waryGroups - 1)
        return group
    }

    private static let waryGroupsMax = 32

    private mutating func deliver(_ settled: GroupTransaction.Settled, of writes: [QueuedWrite]) {
        if let time = settled.commitTime { writer.note(commit: time, writes: settled.kept, rings: settled.rings) }
        var withoutRoom: [QueuedWrite] = []
        for (write, ran) in zip(writes, settled.ran) {
            if ran.end == .failed(.storageFull) { withoutRoom.append(write) } else { ran.answer() }
        }
        if !withoutRoom.isEmpty { makeRoom(for: withoutRoom) }
    }

    // MARK: A full disk

    /// Gives the ballast to the settlements among `writes` and runs them again; they are refused if that was not enough.
    private mutating func makeRoom(for writes: [QueuedWrite]) {
        guard !writer.isFull else { return writes.refuse(.storageFull) }
        writer.becomeFull()
        lastProbe = writer.stopwatch()
        writer.store?.ballast.release()
        // What is back in the database file can be overwritten in the WAL.
        checkpoint()
        writes.filter { $0.urgency == .ordinary }.refuse(.storageFull)
        let settlements = writes.filter { $0.urgency == .settlement }
        if !settlements.isEmpty { commit(settlements) }
    }

    private mutating func secureBallast() {
        guard let ballast = writer.store?.ballast, !ballast.restore() else { return }
        writer.becomeFull()
        lastProbe = writer.stopwatch()
    }

    private mutating func probeSpace() {
        guard writer.isFull, writer.stopwatch() - lastProbe >= writer.settings.spaceProbeInterval else { return }
        lastProbe = writer.stopwatch()
        if writer.store?.ballast.restoreWithRoomToSpare() ?? true { writer.becomeRoomy() }
    }

    // MARK: Checkpoints

    private mutating func checkpoint(isQuiet: Bool) {
        guard writer.store != nil, checkpoints.isDue(isQuiet: isQuiet) else { return }
        checkpoint()
    }

    private mutating func checkpoint(_ kind: Database.CheckpointMode = .passive) {
        // A checkpoint calls fsync; after a failed one there is none.
        guard let store = writer.store, writer.brokenFailure == nil else { return }
        checkpoints.tried()
        do {
            let isDone = try writer.database.writeWithoutTransaction { [writer] database in
                if writer.isFull {
                    guard try DiskRoom.takesCheckpoint(of: database, path: store.files.database) else { return false }
                }
                try database.checkpoint(kind)
                return true
            }
            if isDone { writer.noteCheckpoint() }
        } catch {
            // Anything less (a busy reader, a full disk) leaves the WAL as it is, which loses nothing.
            if let reason = SQLFailure(error).breakReason { writer.breakDown(reason: reason) }
        }
    }

    // MARK: The end

    private mutating func close() {
        if let readers = writer.store?.readers {
            // A long report must not hold up the end of the process.
            readers.interrupt()
            try? readers.close()
        }
        checkpoint(.truncate)
        guard writer.brokenFailure == nil else { return abandon() }
        statements.forget()
        try? writer.database.close()
        writer.store?.lock.release()
        writer.noteEnd()
    }

    private func breakDown(_ reason: String, refusing writes: [QueuedWrite]) {
        writer.breakDown(reason: reason)
        writes.refuse(.broken(reason: reason))
    }

    /// Leaves connection and lock to the end of the process: closing the last connection would copy the WAL and call
    /// fsync again, and after a failed fsync a second one proves nothing.
    private func abandon() {
        _ = Unmanaged.passRetained(writer)
        writer.noteEnd()
    }
}

extension [QueuedWrite] {
    fileprivate func refuse(_ failure: SQLFailure) {
        for write in self { write.refuse(failure) }
    }
}

extension Database {
    /// Pages that went to the WAL since the last call.
    fileprivate func takePagesWritten() -> Int {
        var current: CInt = 0
        var highest: CInt = 0
        sqlite3_db_status(sqliteConnection, SQLITE_DBSTATUS_CACHE_WRITE, &current, &highest, 1)
        return Int(current)
    }
}
