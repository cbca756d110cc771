import GRDB
import SQLDatabase

/// One transaction for several writes, each of which can be undone alone; one COMMIT, hence one fsync, for all.
struct GroupTransaction {
    let connection: SQLiteConnection
    let stopwatch: @Sendable () -> Duration

    init(on database: Database, statements: ReadyStatements, stopwatch: @escaping @Sendable () -> Duration) {
        connection = SQLiteConnection(database: database, statements: statements, faults: FaultLatch())
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
        /// Whether one was undone beside others that stay.
        var isMixed: Bool { ran.drop { $0.end != .keep }.contains { $0.end != .keep } }
    }

    /// - trusting: first without a savepoint for each write, which costs a copy of every page that is changed below it. If
    ///   one of them is not to be kept after all, they are undone and run again, with savepoints.
    /// - Returns: what became of each write. Until then, none of it may be told to a caller.
    /// - Throws: when the transaction as a whole came to nothing. After `.broken` it is unknown what reached the disk, and
    ///   the connection must not be used again.
    func run(_ writes: [QueuedWrite], trusting: Bool) throws(SQLFailure) -> Settled {
        try connection.run("BEGIN IMMEDIATE")
        do throws(SQLFailure) {
            let together = trusting ? try runTogether(writes) : nil
            let ran = if let together { together } else { try runApart(writes) }
            return Settled(ran: ran, commitTime: try end(keeping: ran), rings: connection.bell.isRung)
        } catch {
            try rollBack(after: error)
            throw error
        }
    }

    /// - Returns: nil when one was not to be kept and could not be undone alone; nothing is done then.
    private func runTogether(_ writes: [QueuedWrite]) throws(SQLFailure) -> [RanWrite]? {
        var ran: [RanWrite] = []
        for write in writes {
            let isAlone = !ran.contains { $0.end == .keep }
            ran.append(try runOne(write, inSavepoint: false))
            if ran.last?.end == .keep { continue }
            try beginAnew()
            if !isAlone { return nil }
        }
        return ran
    }

    private func runApart(_ writes: [QueuedWrite]) throws(SQLFailure) -> [RanWrite] {
        var ran: [RanWrite] = []
        for write in writes {
            // To undo a write that is alone takes no savepoint: the transaction begins anew.
            let isAlone = !ran.contains { $0.end == .keep }
            ran.append(try runOne(write, inSavepoint: !isAlone))
            if isAlone, ran.last?.end != .keep { try beginAnew() }
        }
        return ran
    }

    private func beginAnew() throws(SQLFailure) {
        try connection.run("ROLLBACK")
        connection.bell.isRung = false
        try connection.run("BEGIN IMMEDIATE")
    }

    /// - Throws: when the group cannot go on: storage is broken, or SQLite has rolled everything back.
    private func runOne(_ write: QueuedWrite, inSavepoint: Bool) throws(SQLFailure) -> RanWrite {
        let scope = SQLiteConnection(
            database: connection.database, statements: connection.statements, faults: FaultLatch())
        let ran = inSavepoint ? try scope.attemptInSavepoint(write) : scope.attempt(write, on: scope)
        if case .failed(let failure) = ran.end, failure.breakReason != nil { throw failure }
        // Without a transaction the next savepoint would be one of its own, committed as soon as it is released.
        guard connection.database.isInsideTransaction else {
            throw ran.end == .failed(.storageFull)
                ? .storageFull : .unavailable(reason: "SQLite has rolled back a whole group of writes")
        }
        if ran.end == .keep, scope.bell.isRung { connection.bell.isRung = true }
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
