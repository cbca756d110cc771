package import GatewayCore
package import GatewayStore
package import Logging
package import SQLDatabase
import Synchronization
package import VinciAPI

/// Where the pool's keys come from: the configuration, and what administrators added to the store.
package final class UpstreamKeys: Sendable {
    /// A key with its secret, before a connection exists.
    package struct Definition: Sendable {
        package let id: UpstreamKeyID
        package let secret: Secret
        package let requestsPerMinute: Int

        package init(id: UpstreamKeyID, secret: Secret, requestsPerMinute: Int) {
            self.id = id
            self.secret = secret
            self.requestsPerMinute = requestsPerMinute
        }
    }

    /// Makes connections; the composition root knows the client, this room does not.
    package typealias Connect = @Sendable (Definition) throws -> any VinciUpstream

    private let configured: [Definition]
    private let store: GatewayStore
    private let masterKey: MasterKey
    private let pool: KeyPool
    private let connect: Connect
    private let logger: Logger
    private let connections = Mutex<[UpstreamKeyID: (secret: Secret, upstream: any VinciUpstream)]>([:])

    package init(
        configured: [Definition], store: GatewayStore, masterKey: MasterKey, pool: KeyPool,
        connect: @escaping Connect, logger: Logger
    ) {
        self.configured = configured
        self.store = store
        self.masterKey = masterKey
        self.pool = pool
        self.connect = connect
        self.logger = logger
    }

    package var configuredIDs: Set<UpstreamKeyID> { Set(configured.map(\.id)) }

    /// Reads the stored keys anew and hands all of them to the pool. A key that cannot be opened is left out and said
    /// so; it does not take the others with it.
    package func refresh() async throws(SQLFailure) {
        let stored = try await store.upstreamKeys()
        let definitions = configured + stored.compactMap(definition)
        pool.install(definitions.compactMap(pooled))
    }

    private func definition(_ key: StoredUpstreamKey) -> Definition? {
        guard !configured.contains(where: { $0.id == key.id }) else { return nil }
        do throws(SealFault) {
            let secret = try masterKey.open(key.sealedKey, for: key.id)
            return Definition(id: key.id, secret: secret, requestsPerMinute: key.requestsPerMinute)
        } catch {
            logger.error("upstream key cannot be opened with this master key", metadata: ["key": "\(key.id)"])
            return nil
        }
    }

    private func pooled(_ definition: Definition) -> PooledKey? {
        do {
            let upstream = try connection(for: definition)
            return PooledKey(
                id: definition.id, requestsPerMinute: definition.requestsPerMinute, upstream: upstream)
        } catch {
            logger.error("upstream key cannot be used", metadata: ["key": "\(definition.id)", "error": "\(error)"])
            return nil
        }
    }

    private func connection(for definition: Definition) throws -> any VinciUpstream {
        try connections.withLock { connections in
            if let known = connections[definition.id], known.secret == definition.secret { return known.upstream }
            let upstream = try connect(definition)
            connections[definition.id] = (definition.secret, upstream)
            return upstream
        }
    }
}
