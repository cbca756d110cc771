package import GatewayCore
package import SQLDatabase

/// Everything that memory holds about who may do what, as of one instant of the store.
package struct DirectorySnapshot: Sendable {
    package let teams: [Team]
    package let tokens: [StoredToken]
    package let adminTokens: [StoredAdminToken]
    /// The last change that is contained in it.
    package let lastChange: Int64
}

extension GatewayStore {
    package func directorySnapshot() async throws(SQLFailure) -> DirectorySnapshot {
        try await database.read { (connection) throws(SQLFailure) in
            DirectorySnapshot(
                teams: try connection.teams(), tokens: try connection.tokens(of: nil),
                adminTokens: try connection.adminTokens(),
                lastChange: try connection.lastChange())
        }
    }
}
