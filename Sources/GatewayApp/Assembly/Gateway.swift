import GatewayCore
package import GatewayFlow
import GatewayHTTP
import GatewayStore
import Hummingbird
import Logging
import NIOPosix
import SQLDatabase
import ServiceLifecycle
package import UnixSignals
import VinciClient

/// A whole gateway: built once from its configuration, each part handed to those that need it.
package struct Gateway: Sendable {
    package let publicPort = BoundPort()
    package let adminPort = BoundPort()
    /// For `init` and the demo, which have no administrator yet.
    package let admins: ManageAdmins
    private let services: [any Service]
    private let spool: SpoolDirectory
    private let settings: GatewayConfiguration
    private let logger: Logger

    /// Opens the store, proves it, recovers what an earlier run left, and puts the parts together. Nothing listens yet.
    package static func start(
        _ configuration: GatewayConfiguration, in surroundings: Surroundings
    ) async throws(GatewayFault) -> Gateway {
        let base = try await Foundations(configuration, surroundings)
        let flows = try Flows(base)
        do throws(StartFault) {
            try await flows.startUp.open()
            try await flows.startUp.resume(bootstrapAdmin: surroundings.bootstrapAdmin)
        } catch {
            flows.webhooks.names.end()
            await base.close()
            throw GatewayFault(error, store: configuration.store.location.shown)
        }
        do throws(GatewayFault) {
            return try await Gateway(base, flows)
        } catch {
            await base.close()
            throw error
        }
    }

    private init(_ base: Foundations, _ flows: Flows) async throws(GatewayFault) {
        let spool = SpoolDirectory(path: base.folder.spool, threads: NIOThreadPool.singleton)
        do {
            try await spool.prepare()
        } catch is SpoolInUse {
            throw GatewayFault(
                .configuration,
                "The spool folder \(base.folder.spool) is used by another gateway. Start each in a folder of its own.")
        } catch {
            throw GatewayFault(.configuration, "The spool folder \(base.folder.spool) cannot be used: \(error).")
        }
        self.spool = spool
        admins = flows.admins
        settings = base.configuration
        logger = base.logger
        let videos = try await Videos(base, flows)
        let viewing = Viewing(base, flows, publicPort: publicPort)
        let listeners = Listeners(
            base, flows, viewing: viewing, videos: videos, spool: spool, publicPort: publicPort, adminPort: adminPort)
        // Started in this order, stopped in the reverse: orders first, the store last.
        services = [
            StoreService(store: base.store),
            base.connections,
            flows.webhooks.names,
            AuditFlusher(
                store: base.store, tally: flows.tally, uses: flows.uses, sleeper: base.sleeper, logger: base.logger),
            Housekeeping(store: base.store, clock: base.clock, sleeper: base.sleeper, logger: base.logger),
            MemoryTrim(sleeper: base.sleeper),
            DirectoryRefresher(
                store: base.store, directory: flows.directory, upstreamKeys: flows.upstreamKeys,
                gate: flows.gate, sleeper: base.sleeper, logger: base.logger),
            GaugeSampler(
                store: base.store, pool: flows.pool, metrics: base.metrics, clock: base.clock, sleeper: base.sleeper),
            LoopLagSampler(
                group: base.eventLoopGroup, metrics: base.metrics, clock: base.clock, sleeper: base.sleeper),
            ProcessWatch(
                store: base.store, lease: base.lease, takeOver: flows.takeOver, tracker: flows.tracker,
                places: flows.places, clock: base.clock, sleeper: base.sleeper, logger: base.logger),
            flows.webhooks.dispatcher,
            flows.places,
            videos.resolver,
            videos.library,
            flows.tracker,
            viewing.heartbeats,
            viewing.refresh,
            Reconciler(
                reconcile: flows.reconcile, store: base.store, clock: base.clock, sleeper: base.sleeper,
                logger: base.logger),
            listeners.admin,
            listeners.public,
            DrainOrders(running: flows.running, desk: flows.desk, readiness: flows.readiness, logger: base.logger),
        ]
    }

    /// Serves until a signal or until the surrounding group is told to shut down.
    package func run(signals: [UnixSignal] = []) async throws {
        defer {
            publicPort.set(nil)
            adminPort.set(nil)
            spool.release()
        }
        var configuration = ServiceGroupConfiguration(
            services: services.map { service in
                .init(service: service, failureTerminationBehavior: .gracefullyShutdownGroup)
            }, gracefulShutdownSignals: signals, logger: logger)
        // A stop that takes longer than all deadlines of an order is given up: 45 s with the defaults.
        configuration.maximumGracefulShutdownDuration =
            settings.submit.slotWait + settings.upstream.requestTimeout + .seconds(10)
        let announcement = Task { await announce(settings) }
        defer { announcement.cancel() }
        try await ServiceGroup(configuration: configuration).run()
    }
}

extension Gateway {
    /// Says where it listens, once both ports are bound.
    private func announce(_ configuration: GatewayConfiguration) async {
        guard let publicPort = await publicPort.value(), let adminPort = await adminPort.value() else { return }
        logger.notice(
            "listening",
            metadata: [
                "public": "\(configuration.publicPort.baseURL(boundPort: publicPort))",
                "admin": "http://\(configuration.adminPort.host):\(adminPort)",
            ])
    }
}

/// Keeps the store open until everybody else has stopped.
private struct StoreService: Service {
    let store: GatewayStore

    func run() async throws {
        try? await gracefulShutdown()
        await store.close()
    }
}
