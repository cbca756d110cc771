import AsyncHTTPClient
import GatewayAcceptance
import GatewayApp
import Synchronization

/// Gateways on one store, each of which can crash and be replaced.
final class Fleet: Sendable {
    let http: HTTPClient
    private let upstream: String
    private let stores: [CampaignStore]
    private let configure: @Sendable (inout GatewayConfiguration) -> Void
    private let gateways: Mutex<[LiveGateway]>

    private init(
        _ first: LiveGateway, stores: [CampaignStore], upstream: String, http: HTTPClient,
        configure: @escaping @Sendable (inout GatewayConfiguration) -> Void
    ) {
        gateways = Mutex([first])
        self.stores = stores
        self.upstream = upstream
        self.http = http
        self.configure = configure
    }

    /// So many gateways for as long as `body` runs; more than one only where they can share the store.
    static func run<Value: Sendable>(
        of count: Int, on engine: Engine, upstream: RawUpstream,
        configure: @escaping @Sendable (inout GatewayConfiguration) -> Void,
        _ body: (Fleet) async throws -> Value
    ) async throws -> Value {
        let address = "http://127.0.0.1:\(upstream.port)/api"
        return try await HTTPClient.forTests { http in
            try await engine.withStore { store in
                let first = try await LiveGateway.start(on: store, upstream: address, http: http, configure: configure)
                return try await withReplicas(count - 1, of: store) { replicas in
                    let fleet = Fleet(
                        first, stores: [store] + replicas, upstream: address, http: http, configure: configure)
                    let value: Result<Value, any Error>
                    do {
                        for place in 0..<replicas.count { try await fleet.add(at: place + 1) }
                        value = .success(try await body(fleet))
                    } catch {
                        value = .failure(error)
                    }
                    for gateway in fleet.all { try await gateway.stop() }
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

    private func add(at place: Int) async throws {
        let gateway = try await start(at: place)
        gateways.withLock { $0.append(gateway) }
    }

    private func start(at place: Int) async throws -> LiveGateway {
        try await LiveGateway.start(on: stores[place], upstream: upstream, http: http, configure: configure)
    }

    var all: [LiveGateway] { gateways.withLock { $0 } }
    var administration: Administration { all[0].administration }

    /// The gateway at one of the places, as it is now.
    func gateway(at place: Int) -> LiveGateway {
        gateways.withLock { $0[place % $0.count] }
    }

    /// One gateway ends in the middle of everything, and another one takes its place.
    func replace(at place: Int) async throws {
        await gateway(at: place).crash()
        let next = try await start(at: place)
        gateways.withLock { $0[place] = next }
    }

    /// Returns when all gateways know this token.
    func know(_ token: String?) async throws {
        for gateway in all {
            try await eventually("all gateways to know a token") {
                try await gateway.administration.door.with(token: token).get("/api/v1/billing/usage").status != 401
            }
        }
    }
}
