package import SQLDatabase

extension SQLDatabase {
    /// A table `note (number, text)`, the only one most tests need.
    package func makeNotes() async throws {
        try await migrate([
            Migration(
                number: 1, name: "notes",
                sql: "CREATE TABLE note (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT NOT NULL);")
        ])
    }

    package func addNote(_ text: String = "x", urgency: WriteUrgency = .ordinary) async throws(SQLFailure) {
        try await write(urgency: urgency) { connection throws(SQLFailure) in
            try connection.execute("INSERT INTO note (text) VALUES ($1)", [.text(text)])
            return .commit(())
        }
    }

    package func noteCount() async throws(SQLFailure) -> Int64? {
        try await read { connection throws(SQLFailure) in
            try connection.row("SELECT count(*) AS count FROM note")?.integer("count")
        }
    }
}
