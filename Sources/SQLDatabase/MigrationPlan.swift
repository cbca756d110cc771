/// Which steps a store still lacks, decided from what it says was applied. The rules are the same for every engine.
package enum MigrationPlan {
    /// Where a store notes its steps; created by the driver before the first one. In the vocabulary of `Migration`.
    package static let table = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            number BIGINT PRIMARY KEY,
            name TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            applied_us BIGINT NOT NULL
        )
        """

    /// The steps that the store has taken, ordered by number. `table` must exist.
    package static func applied(in connection: any SQLConnection) throws(SQLFailure) -> [Applied] {
        var applied: [Applied] = []
        for row in try connection.query("SELECT number, name, sha256 FROM schema_migration ORDER BY number") {
            applied.append(try Applied(row))
        }
        return applied
    }

    /// Notes a step in the transaction that takes it, with the time by the store's clock.
    package static func note(_ migration: Migration, in connection: any SQLConnection) throws(SQLFailure) {
        try connection.execute(
            "INSERT INTO schema_migration (number, name, sha256, applied_us) VALUES ($1, $2, $3, $4)",
            [
                .integer(Int64(migration.number)), .text(migration.name), .text(migration.sha256),
                .integer(try connection.storeClock()),
            ])
    }

    /// Takes the first step that the store lacks, in one transaction with its note: whoever else migrates at the same
    /// time sees both or none. `table` must exist.
    /// - translate: a statement in the words of the engine.
    /// - Returns: whether more steps are to be taken.
    package static func takeNext(
        of migrations: [Migration], in connection: any SQLConnection,
        translate: (String) throws(SQLFailure) -> String
    ) throws(SQLFailure) -> TransactionEnd<Bool> {
        let missing = try missing(from: migrations, after: try applied(in: connection))
        guard let next = missing.first else { return .commit(false) }
        for statement in next.statements { try connection.execute(try translate(statement)) }
        try note(next, in: connection)
        return .commit(missing.count > 1)
    }

    /// A step that the store has taken.
    package struct Applied: Sendable, Equatable {
        package var number: Int64
        package var name: String
        package var sha256: String

        init(_ row: SQLRow) throws(SQLFailure) {
            number = try row.integer("number")
            name = try row.text("name")
            sha256 = try row.text("sha256")
        }

        package init(_ migration: Migration) {
            number = Int64(migration.number)
            name = migration.name
            sha256 = migration.sha256
        }
    }

    /// The steps to take now, in order.
    /// - applied: what the store says, ordered by number.
    /// - Throws: `.schemaTooNew` when the store took a step that this binary does not know; `.unexpectedRow` when its
    ///   steps have a gap, or one was renamed or edited after it had been applied; `.statement` when `known` itself is
    ///   not numbered 1, 2, 3 …
    package static func missing(from known: [Migration], after applied: [Applied]) throws(SQLFailure) -> [Migration] {
        for (index, migration) in known.enumerated() where migration.number != index + 1 {
            throw .statement(reason: "migration \(migration.number) stands at place \(index + 1)")
        }
        if let newest = applied.last, newest.number > known.count {
            throw .schemaTooNew(found: Int(newest.number), known: known.count)
        }
        for (index, step) in applied.enumerated() {
            guard step.number == index + 1 else {
                throw .unexpectedRow("the store lacks migration \(index + 1) but has \(step.number)")
            }
            try check(step, against: known[index])
        }
        return Array(known.dropFirst(applied.count))
    }

    private static func check(_ step: Applied, against known: Migration) throws(SQLFailure) {
        guard step.name == known.name else {
            throw .unexpectedRow("migration \(step.number) was applied as \(step.name), is now \(known.name)")
        }
        guard step.sha256 == known.sha256 else {
            throw .unexpectedRow("migration \(step.number) (\(step.name)) was changed after it had been applied")
        }
    }
}
