import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Testing

@Suite("The books on PostgreSQL") struct PostgresStoreContractTests {
    @Test("keep every rule", .timeLimit(.minutes(5)), arguments: StoreContract.rules)
    func keeps(rule: StoreContract.Rule) async throws {
        try await onServer { try await $0.check(rule) }
    }

    @Test(
        "agree with sums over all orders after any history", .timeLimit(.minutes(5)), arguments: SeededRandom.seeds(50)
    )
    func history(seed: UInt64) async throws {
        try await onServer { try await $0.checkHistory(seed: seed) }
    }

    @Test("show every change made behind their back", .timeLimit(.minutes(5)), arguments: StoreContract.tamperings)
    func tampering(_ tampering: StoreContract.Tampering) async throws {
        try await onServer { try await $0.findsTampering(tampering) }
    }

    private func onServer(_ body: (StoreContract) async throws -> Void) async throws {
        try await PostgresServer.shared().withDatabase { place in
            try await body(StoreContract { try await place.open() })
        }
    }
}
