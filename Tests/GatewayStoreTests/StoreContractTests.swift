import GatewayTesting
import SQLDatabase
import SQLiteDatabase
import Testing

@Suite("The books on SQLite") struct StoreContractTests {
    private static let inMemory = StoreContract { try SQLiteDatabase.inMemory() }

    @Test("keep every rule in memory", .timeLimit(.minutes(5)), arguments: StoreContract.rules)
    func memory(rule: StoreContract.Rule) async throws { try await StoreContractTests.inMemory.check(rule) }

    @Test("keep every rule in a file", .timeLimit(.minutes(5)), arguments: StoreContract.rules)
    func file(rule: StoreContract.Rule) async throws {
        let folder = try TemporaryFolder()
        try await StoreContract { try SQLiteDatabase.onDisk(in: folder) }.check(rule)
    }

    @Test(
        "agree with sums over all orders after any history", .timeLimit(.minutes(5)), arguments: SeededRandom.seeds(200)
    )
    func history(seed: UInt64) async throws { try await StoreContractTests.inMemory.checkHistory(seed: seed) }

    @Test("show every change made behind their back", arguments: StoreContract.tamperings)
    func tampering(_ tampering: StoreContract.Tampering) async throws {
        try await StoreContractTests.inMemory.findsTampering(tampering)
    }
}
