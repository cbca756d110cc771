import GRDB
import SQLDatabase

/// One transaction for several writes, each of which can be undone alone; one COMMIT, hence one fsync, for all.
struct GroupTransaction {
    let connection: SQLiteConnection
    let stopwatch: @Sendable () -> Duration

    init(on database: Database, texts: StatementTexts, stopwatch: @escaping @Sendable () -> Duration) {
        connection = SQLiteConnection(database: database, texts: texts, faults: FaultLatch())
        self.stopwatch = stopwatch
    }

    struct Settled: Sendable {
        /// In the order of the group.
        var ran: [RanWrite]
        /// How long COMMIT took; nil when no write wanted to keep anything.
        var commitTime: Duration?
        /// Whether one of those that kept something wants others to wake.
        var rings: Bool

        var kept: Int { ran.count { $0.end == .keep } }
    }

    /// - Returns: what became of each write. Until then, none of it may be told to a caller.
    /// - Throws: when the transaction as a whole came to nothing. After `.broken` it is unknown what reached the disk, and
    ///   the connection must not be used again.
    func run(_ writes: [QueuedWrite]) throws(SQLFailure) -> Settled {
        try connection.run("BEGIN IMMEDIATE")
        do throws(SQLFailure) {
            var ran: [RanWrite] = []
            for write in writes {
                ran.append(try runOne(write, isAlone: !ran.contains { $0.end == .keep }))
            }
            return Settled(ran: ran, commitTime: try end(keeping: ran), rings: connection.bell.isRung)
        } catch {
            try rollBack(after: error)
            throw error
        }
    }

    /// - isAlone: nothing that is to stay was written before it.
    /// - Throws: when the group cannot go on: storage is broken, or SQLite has rolled everything back.
    private func runOne(_ write: QueuedWrite, isAlone: Bool) throws(SQLFailure) -> RanWrite {
        let scope = SQLiteConnection(
            database: connection.database, texts: connection.texts, faults: FaultLatch())
        // A savepoint costs a copy of every page that is changed below it. To undo a write that is alone takes none: the
        // transaction begins anew.
        let ran = isAlone ? scope.attempt(write, on: scope) : try scope.attemptInSavepoint(write)
        if case .failed(let failure) = ran.end, failure.breakReason != nil { throw failure }
        // Without a transaction the next savepoint would be one of its own, committed as soon as it is released.
        guard connection.database.isInsideTransaction else {
            throw ran.end == .failed(.storageFull)
                ? .storageFull : .unavailable(reason: "SQLite has rolled back a whole group of writes")
        }
        if ran.end == .keep {
            if scope.bell.isRung { connection.bell.isRung = true }
        } else if isAlone {
            try connection.run("ROLLBACK")
            try connection.run("BEGIN IMMEDIATE")
        }
        return ran
    }

    private func end(keeping ran: [RanWrite]) throws(SQLFailure) -> Duration? {
        guard ran.contains(where: { $0.end == .keep }) else {
            try connection.run("ROLLBACK")
            return nil
        }
        let start = stopwatch()
        try connection.run("COMMIT")
        return stopwatch() - start
    }

    private func rollBack(after failure: SQLFailure) throws(SQLFailure) {
        guard failure.breakReason == nil, connection.database.isInsideTransaction else { return }
        do throws(SQLFailure) {
            try connection.run("ROLLBACK")
        } catch {
            throw .broken(reason: "a failed transaction could not be rolled back: \(error)")
        }
    }
}

extension SQLiteConnection {
    fileprivate func attempt(_ write: QueuedWrite, on connection: any SQLConnection) -> RanWrite {
        let ran = write.run(connection)
        // A body that caught it has worked on less than the whole truth.
        return faults.fault.map(write.failed) ?? ran
    }

    fileprivate func attemptInSavepoint(_ write: QueuedWrite) throws(SQLFailure) -> RanWrite {
        try savepoint { (connection) throws(SQLFailure) -> TransactionEnd<RanWrite> in
            let ran = attempt(write, on: connection)
            return ran.end == .keep ? .commit(ran) : .rollback(ran)
        }
    }
}
