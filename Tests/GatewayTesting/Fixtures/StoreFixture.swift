import GatewayCore
package import GatewayStore
package import SQLDatabase
package import SQLiteDatabase
import Synchronization

/// A migrated store with what tests put into it, one line each:
///
///     let books = try await StoreFixture.inMemory()
///     let owner = try await books.owner("marketing")
///     try await books.limit(.team(owner.team), .cents(100), per: .day)
///     let job = try await books.place(for: owner)
///     try await books.settle(job, cost: .cents(26))
///
/// Every date is ``Timestamp/testStart`` unless the line says another.
package final class StoreFixture: Sendable {
    package let database: any SQLDatabase
    package let store: GatewayStore
    private let random: Mutex<SeededRandom>
    private let folder: TemporaryFolder?

    /// - database: empty; the fixture closes it in ``close()`` only.
    package init(_ database: any SQLDatabase, in folder: TemporaryFolder? = nil) async throws {
        self.database = database
        self.store = GatewayStore(database)
        self.folder = folder
        random = Mutex(SeededRandom(seed: 1))
        try await store.migrate()
    }

    /// The same store through another engine, such as one that fails.
    package init(_ database: any SQLDatabase, beside other: StoreFixture) {
        self.database = database
        self.store = GatewayStore(database)
        self.folder = other.folder
        random = Mutex(SeededRandom(seed: other.drawn { $0.next() }))
    }

    package static func inMemory() async throws -> StoreFixture {
        try await StoreFixture(SQLiteDatabase.inMemory())
    }

    /// A file with everything that a real store has, removed after the test.
    package static func onDisk() async throws -> StoreFixture {
        let folder = try TemporaryFolder()
        return try await StoreFixture(SQLiteDatabase.onDisk(in: folder), in: folder)
    }

    package func close() async { await database.close() }

    /// Ids and choices that are the same in every run.
    package func drawn<Value: Sendable>(_ draw: @Sendable (inout SeededRandom) -> Value) -> Value {
        random.withLock { draw(&$0) }
    }
}

extension SQLiteDatabase {
    /// A store file in a test's folder.
    package static func onDisk(in folder: TemporaryFolder) throws -> SQLiteDatabase {
        var settings = SQLiteSettings(onBroken: { _ in })
        settings.ballastBytes = 0
        return try SQLiteDatabase.open(path: folder.path + "/gateway.db", settings: settings)
    }
}
