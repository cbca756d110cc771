package import GatewayCore
package import GatewayStore

/// Vinci keys that administrators add at run time.
package struct ManageUpstreamKeys: Sendable {
    private let store: GatewayStore
    private let keys: UpstreamKeys
    private let pool: KeyPool
    private let masterKey: MasterKey
    private let clock: any WallClock

    package init(
        store: GatewayStore, keys: UpstreamKeys, pool: KeyPool, masterKey: MasterKey, clock: any WallClock
    ) {
        self.store = store
        self.keys = keys
        self.pool = pool
        self.masterKey = masterKey
        self.clock = clock
    }

    /// - secret: checked to be a possible Vinci key.
    /// - Throws: `.invalidRequest` when the id is taken, here or in the configuration.
    package func add(
        _ id: UpstreamKeyID, _ secret: Secret, requestsPerMinute: Int, _ permit: AdminPermit
    ) async throws(Refusal) {
        guard !keys.configuredIDs.contains(id) else {
            throw .invalidRequest(field: "id", rule: "is taken by a key of the configuration")
        }
        let sealed: [UInt8]
        do throws(SealFault) { sealed = try masterKey.seal(secret, for: id) } catch { throw .storageUnavailable }
        let key = StoredUpstreamKey(
            id: id, sealedKey: sealed, requestsPerMinute: requestsPerMinute, createdAt: clock.now())
        let isAdded = try await storing { try await store.add(key, by: permit.actor, from: permit.source) }
        guard isAdded else { throw .invalidRequest(field: "id", rule: "is taken") }
        try await storing { try await keys.refresh() }
    }

    /// - Throws: `.notFound`, also for keys of the configuration: those are changed there.
    package func setRequestsPerMinute(
        _ limit: Int, of id: UpstreamKeyID, _ permit: AdminPermit
    ) async throws(Refusal) {
        let isSet = try await storing {
            try await store.setRequestsPerMinute(
                limit, ofUpstreamKey: id, by: permit.actor, from: permit.source, at: clock.now())
        }
        guard isSet else { throw .notFound }
        try await storing { try await keys.refresh() }
    }

    /// - Throws: `.notFound`, or `.invalidRequest` while open jobs still need it.
    package func remove(_ id: UpstreamKeyID, _ permit: AdminPermit) async throws(Refusal) {
        let end = try await storing {
            try await store.removeUpstreamKey(id, by: permit.actor, from: permit.source, at: clock.now())
        }
        switch end {
        case .noSuchKey: throw .notFound
        case .inUse(let jobs): throw .invalidRequest(field: "id", rule: "is still needed by \(jobs) open jobs")
        case .removed: try await storing { try await keys.refresh() }
        }
    }

    /// A key in use, with the date when it was added; nil for keys of the configuration.
    package struct Listed: Sendable {
        package let reading: KeyReading
        package let createdAt: Timestamp?
    }

    package func list() async throws(Refusal) -> [Listed] {
        let stored = try await storing { try await store.upstreamKeys() }
        return pool.readings().map { reading in
            Listed(reading: reading, createdAt: stored.first { $0.id == reading.id }?.createdAt)
        }
    }
}
