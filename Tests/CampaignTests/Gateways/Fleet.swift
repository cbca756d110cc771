import AsyncHTTPClient
import GatewayAcceptance
import Synchronization

/// Gateways on one store, each of which can crash and be replaced.
final class Fleet: Sendable {
    /// One gateway, in this process or in one of its own.
    struct Member: Sendable {
        let administration: Administration
        /// In good order.
        let stop: @Sendable () async throws -> Void
        /// As a power cut would.
        let crash: @Sendable () async throws -> Void
    }

    typealias Launch = @Sendable (CampaignStore, HTTPClient) async throws -> Member

    private let http: HTTPClient
    private let stores: [CampaignStore]
    private let launch: Launch
    private let members: Mutex<[Member]>

    private init(_ first: Member, stores: [CampaignStore], http: HTTPClient, launch: @escaping Launch) {
        members = Mutex([first])
        self.stores = stores
        self.http = http
        self.launch = launch
    }

    /// So many gateways for as long as `body` runs; more than one only where they can share the store.
    static func run<Value: Sendable>(
        of count: Int, on engine: Engine, launch: @escaping Launch, _ body: (Fleet) async throws -> Value
    ) async throws -> Value {
        try await HTTPClient.forTests { http in
            try await engine.withStore { store in
                let first = try await launch(store, http)
                return try await withReplicas(count - 1, of: store) { replicas in
                    let fleet = Fleet(first, stores: [store] + replicas, http: http, launch: launch)
                    let value: Result<Value, any Error>
                    do {
                        for replica in replicas { try await fleet.add(on: replica) }
                        value = .success(try await body(fleet))
                    } catch {
                        value = .failure(error)
                    }
                    for member in fleet.all { try await member.stop() }
                    return try value.get()
                }
            }
        }
    }

    private static func withReplicas<Value>(
        _ count: Int, of store: CampaignStore, _ body: ([CampaignStore]) async throws -> Value
    ) async throws -> Value {
        guard count > 0 else { return try await body([]) }
        return try await store.withReplica { replica in
            try await withReplicas(count - 1, of: store) { try await body([replica] + $0) }
        }
    }

    private func add(on store: CampaignStore) async throws {
        let member = try await launch(store, http)
        members.withLock { $0.append(member) }
    }

    var all: [Member] { members.withLock { $0 } }
    var administration: Administration { all[0].administration }

    /// The gateway at one of the places, as it is now.
    func member(at place: Int) -> Member { members.withLock { $0[place % $0.count] } }

    /// One gateway crashes, and another one takes its place.
    func replace(at place: Int) async throws {
        try await member(at: place).crash()
        let next = try await launch(stores[place], http)
        members.withLock { $0[place] = next }
    }

    /// Returns when all gateways know this token.
    func know(_ token: String?) async throws {
        for member in all {
            try await eventually("all gateways to know a token") {
                try await member.administration.door.with(token: token).get("/api/v1/billing/usage").status != 401
            }
        }
    }
}
