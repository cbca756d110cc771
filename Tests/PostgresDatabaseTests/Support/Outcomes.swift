import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Testing

// What became of an attempt: nil when it was done.

extension PostgresDatabase {
    /// - before: runs in the body, after the statement and before COMMIT.
    func noteFailure(
        _ text: String = "x", urgency: WriteUrgency = .ordinary,
        beforeCommit before: @escaping @Sendable () -> Void = {}
    ) async -> SQLFailure? {
        await failure { () throws(SQLFailure) in
            try await write(urgency: urgency) { connection throws(SQLFailure) in
                try connection.execute("INSERT INTO note (text) VALUES ($1)", [.text(text)])
                before()
                return .commit(())
            }
        }
    }

    func countFailure() async -> SQLFailure? {
        await failure { () throws(SQLFailure) in _ = try await noteCount() }
    }

    /// A write that keeps its connection busy until the gate opens, and then nothing else.
    func hold(_ gate: Gate) async -> SQLFailure? {
        await failure { () throws(SQLFailure) in
            try await write { _ throws(SQLFailure) in
                gate.hold()
                return .rollback(())
            }
        }
    }

    /// Until that many writes wait for a connection.
    func waitUntilQueued(_ count: Int) async {
        while figures.waitingWrites < count { await Task.yield() }
    }
}

extension SQLDatabase {
    func expectNotes(_ count: Int64, at location: SourceLocation = #_sourceLocation) async throws {
        #expect(try await noteCount() == count, sourceLocation: location)
    }
}
