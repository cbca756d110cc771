import GRDB
import SQLDatabase

/// One transaction for several writes: each in a savepoint of its own, one COMMIT, hence one fsync, for all.
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

        var kept: Int { ran.count { $0.end == .keep } }
    }

    /// - Returns: what became of each write. Until then, none of it may be told to a caller.
    /// - Throws: when the transaction as a whole came to nothing. After `.broken` it is unknown what reached the disk, and
    ///   the connection must not be used again.
    func run(_ writes: [QueuedWrite]) throws(SQLFailure) -> Settled {
        try connection.run("BEGIN IMMEDIATE")
        do throws(SQLFailure) {
            var ran: [RanWrite] = []
            for write in writes { ran.append(try runOne(write)) }
            return Settled(ran: ran, commitTime: try end(keeping: ran))
        } catch {
            try rollBack(after: error)
            throw error
        }
    }

    /// - Throws: when the group cannot go on: storage is broken, or SQLite has rolled everything back.
    private func runOne(_ write: QueuedWrite) throws(SQLFailure) -> RanWrite {
        let faults = FaultLatch()
        let scope = SQLiteConnection(database: connection.database, texts: connection.texts, faults: faults)
        let ran = try scope.savepoint { connection throws(SQLFailure) -> TransactionEnd<RanWrite> in
            var ran = write.run(connection)
            if let fault = faults.fault { ran = write.failed(fault) }
            return ran.end == .keep ? .commit(ran) : .rollback(ran)
        }
        if case .failed(let failure) = ran.end, failure.breakReason != nil { throw failure }
        // Without a transaction the next savepoint would be one of its own, committed as soon as it is released.
        guard connection.database.isInsideTransaction else {
            throw ran.end == .failed(.storageFull)
                ? .storageFull : .unavailable(reason: "SQLite has rolled back a whole group of writes")
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
