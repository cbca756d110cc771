import CSQLite
import GRDB

/// How connections are opened, and the proof that SQLite took the settings that money depends on.
enum ConnectionSetup {
    static func writer(_ settings: SQLiteSettings) -> Configuration {
        var configuration = common(settings)
        configuration.label = "sqlite.writer"
        // GRDB traps on a transaction that is left open. After an I/O error one is left open on purpose, and the process
        // is to end in good order.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { try harden($0) }
        return configuration
    }

    static func reader(_ settings: SQLiteSettings) -> Configuration {
        var configuration = common(settings)
        configuration.label = "sqlite.reader"
        configuration.readonly = true
        configuration.maximumReaderCount = settings.readersMax
        configuration.prepareDatabase { database in
            try harden(database)
            try database.execute(sql: "PRAGMA query_only = ON")
            // Half a megabyte of pages: reads are few, and the system has the pages as well.
            try database.execute(sql: "PRAGMA cache_size = -512")
        }
        return configuration
    }

    /// Switches an open file to durable commits. After opening, because GRDB may choose weaker settings while it opens.
    /// - Throws: `.unsafeSetting` when SQLite does not confirm one of them.
    static func makeDurable(_ database: Database, path: String) throws {
        // The pages that every order touches, with 1,000,000 jobs in the store as with none: with SQLite's own 2 MiB an order
        // that comes alone took a tenth longer then.
        try database.execute(sql: "PRAGMA cache_size = -8192")
        try database.execute(sql: "PRAGMA journal_mode = WAL")
        try database.execute(sql: "PRAGMA synchronous = FULL")
        // Checkpoints are the writer's, at moments it chooses: never within a COMMIT that somebody waits for.
        try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        // A WAL that grew under a long read is cut back when it starts over.
        try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
        for (pragma, wanted) in durable {
            let found = try String.fetchOne(database, sql: "PRAGMA \(pragma)") ?? "nothing"
            guard found == wanted else {
                throw SQLiteOpenFailure.unsafeSetting(path, reason: "\(pragma) is \(found), not \(wanted)")
            }
        }
    }

    private static let durable = [
        ("journal_mode", "wal"), ("synchronous", "2"), ("wal_autocheckpoint", "0"), ("foreign_keys", "1"),
        ("trusted_schema", "0"),
    ]

    /// Done once for the process, before SQLite is used for the first time: it counts its memory, for which nobody asks, under a
    /// lock for each piece that it takes or gives back. Too late for it is no fault.
    private static let countsNoMemory: Void = { _ = sqlite_count_no_memory() }()

    private static func common(_ settings: SQLiteSettings) -> Configuration {
        countsNoMemory
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(settings.busyTimeout / .seconds(1))
        return configuration
    }

    private static func harden(_ database: Database) throws {
        // A tampered schema must not reach functions with side effects.
        try database.execute(sql: "PRAGMA trusted_schema = OFF")
        try database.execute(sql: "PRAGMA cell_size_check = ON")
        // Sorting must not write rows to a file outside the store.
        try database.execute(sql: "PRAGMA temp_store = MEMORY")
    }
}
