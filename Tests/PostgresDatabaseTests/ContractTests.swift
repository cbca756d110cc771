import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Testing

@Suite("The engine contract on PostgreSQL") struct ContractTests {
    @Test("is kept", .timeLimit(.minutes(2)), arguments: DatabaseContract.rules)
    func keeps(rule: DatabaseContract.Rule) async throws {
        try await PostgresServer.shared().withDatabase { place in
            try await DatabaseContract { try await place.open() }.check(rule)
        }
    }
}
