import Foundation
import GatewayAcceptance
import GatewayApp
import GatewayCore
import GatewayTesting
import Testing

/// The stores that a gateway can keep its books in.
enum Engine: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case sqlite = "SQLite"
    case postgres = "PostgreSQL"

    var testDescription: String { rawValue }

    /// An empty store for `body`, gone afterwards.
    func withStore<Value>(_ body: (CampaignStore) async throws -> Value) async throws -> Value {
        let folder = try GatewayAcceptance.TemporaryFolder()
        defer { folder.remove() }
        switch self {
        case .sqlite:
            return try await body(CampaignStore(folder: folder, location: .sqlite(path: folder.store.path)))
        case .postgres:
            return try await PostgresServer.shared().withDatabase { place in
                try await body(CampaignStore(folder: folder, location: .postgres(url: Secret(place.url))))
            }
        }
    }
}

/// A store that outlives the gateways on it.
struct CampaignStore: Sendable {
    /// With the master key, and the database if it is a file.
    let folder: GatewayAcceptance.TemporaryFolder
    let location: StoreLocation

    /// The same database for one more gateway, which has a folder of its own.
    func withReplica<Value>(_ body: (CampaignStore) async throws -> Value) async throws -> Value {
        let other = try GatewayAcceptance.TemporaryFolder()
        defer { other.remove() }
        try FileManager.default.createDirectory(
            at: other.data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try FileManager.default.copyItem(at: masterKey, to: other.data.appending(path: masterKey.lastPathComponent))
        return try await body(CampaignStore(folder: other, location: location))
    }

    private var masterKey: URL { folder.data.appending(path: "master.key") }
}
