import GatewayTesting
import SQLDatabase
import SQLiteDatabase
import Testing

@Suite("The engine contract on SQLite") struct ContractTests {
    @Test("is kept by a file", arguments: DatabaseContract.rules)
    func file(rule: DatabaseContract.Rule) async throws {
        let folder = try StoreFolder()
        try await DatabaseContract { try folder.open { $0.ballastBytes = 0 } }.check(rule)
    }

    @Test("is kept in memory", arguments: DatabaseContract.rules)
    func memory(rule: DatabaseContract.Rule) async throws {
        try await DatabaseContract { try SQLiteDatabase.inMemory() }.check(rule)
    }
}
