package import GatewayCore
package import GatewayStore
package import Logging
package import SQLDatabase

/// What must have happened, in this order, before an order is taken.
package struct StartUp: Sendable {
    /// Under this name the store keeps the check value of its master key.
    package static let masterKeyCheck = "master_key_check"

    /// So many jobs tell how long videos take.
    private static let jobTimesMax = 1_000

    private let store: GatewayStore
    private let directory: Directory
    private let upstreamKeys: UpstreamKeys
    private let pool: KeyPool
    private let tracker: JobTracker
    private let takeOver: TakeOver
    private let gate: AccountGate
    private let admins: ManageAdmins
    private let masterKey: MasterKey
    private let lease: ProcessLease
    private let readiness: Readiness
    private let clock: any WallClock
    private let logger: Logger

    package init(
        store: GatewayStore, directory: Directory, upstreamKeys: UpstreamKeys, pool: KeyPool, tracker: JobTracker,
        takeOver: TakeOver, gate: AccountGate, admins: ManageAdmins, masterKey: MasterKey, lease: ProcessLease,
        readiness: Readiness, clock: any WallClock, logger: Logger
    ) {
        self.store = store
        self.directory = directory
        self.upstreamKeys = upstreamKeys
        self.pool = pool
        self.tracker = tracker
        self.takeOver = takeOver
        self.gate = gate
        self.admins = admins
        self.masterKey = masterKey
        self.lease = lease
        self.readiness = readiness
        self.clock = clock
        self.logger = logger
    }

    /// Brings the schema up to date and proves that this store, with this master key, refuses what does not fit.
    package func open() async throws(StartFault) {
        let isOurs: Bool
        let isProven: Bool
        do throws(SQLFailure) {
            try await store.migrate()
            isOurs = try await store.keepFirst(masterKey.checkValue, as: StartUp.masterKeyCheck) == masterKey.checkValue
            isProven = try await store.refusesProbeOrder(at: clock.now())
        } catch {
            throw .store(error)
        }
        guard isOurs else { throw .wrongMasterKey }
        guard isProven else { throw .admissionUnproven }
    }

    /// After ``open()``: takes over what an earlier run left; orders may then be taken.
    /// - bootstrapAdmin: becomes the owner if the store has no administrator yet.
    package func resume(bootstrapAdmin: Secret?) async throws(StartFault) {
        do throws(SQLFailure) {
            try await register()
            try await directory.refresh()
            try await upstreamKeys.refresh()
            try await gate.refresh(from: store)
            tracker.learn(try await store.jobTimes(latest: StartUp.jobTimesMax))
            try await takeOver()
        } catch {
            throw .store(error)
        }
        guard !pool.readings().isEmpty else { throw .noUpstreamKey }
        if let bootstrapAdmin { try await bootstrap(bootstrapAdmin) }
        readiness.set(.ready)
    }

    /// On a shared store, what a process that is not yet known to be dead has left is taken over by ``ProcessWatch``.
    private func register() async throws(SQLFailure) {
        let process = lease.current
        let began = clock.uptime()
        try await store.register(process, alone: !store.isShared, at: clock.now())
        lease.renew(process, began: began)
    }

    private func bootstrap(_ credential: Secret) async throws(StartFault) {
        do throws(Refusal) {
            if try await admins.makeFirstOwner(credential) != nil {
                logger.notice("the bootstrap admin token is now the first owner")
            }
        } catch {
            throw .store(.unavailable(reason: "the first owner could not be stored"))
        }
    }
}

/// Why the gateway does not start.
package enum StartFault: Error, Sendable, Equatable {
    case store(SQLFailure)
    /// The store was written with another master key.
    case wrongMasterKey
    /// Neither the configuration nor the store has a Vinci key.
    case noUpstreamKey
    /// The store admitted an order that does not fit.
    case admissionUnproven
}
