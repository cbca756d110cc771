import GatewayCore
import GatewayFlow
import GatewayStore
import Logging
import NIOCore
import VinciClient

/// What everything else stands on: clocks, logs, metrics, the master key, the store and the connections to Vinci.
struct Foundations: Sendable {
    let configuration: GatewayConfiguration
    let clock: any WallClock
    let sleeper: any Clock<Duration>
    let eventLoopGroup: any EventLoopGroup
    let logger: Logger
    let registry: PrometheusRegistry
    let metrics: GatewayMetrics
    let folder: DataFolder
    let masterKey: MasterKey
    let store: GatewayStore
    let isStoreFull: @Sendable () -> Bool
    let isStoreAway: @Sendable () -> Bool
    let connections: UpstreamConnections
    let price: Price
    let lease: ProcessLease

    init(_ configuration: GatewayConfiguration, _ surroundings: Surroundings) async throws(GatewayFault) {
        self.configuration = configuration
        clock = surroundings.clock
        sleeper = surroundings.sleeper
        eventLoopGroup = surroundings.eventLoopGroup
        let logger = Logger(label: "gateway", configuration.logging, sink: surroundings.logSink)
        self.logger = logger
        registry = PrometheusRegistry(help: MetricHelp.texts)
        metrics = GatewayMetrics(factory: registry)
        price = try Price(configuration.pricing)

        folder = DataFolder(of: configuration.store.location, in: surroundings.folder)
        try folder.prepare()
        let (masterKey, isNew) = try folder.masterKey.load()
        self.masterKey = masterKey
        if isNew {
            logger.notice("a new master key was made; keep a copy", metadata: ["path": "\(folder.masterKey.path)"])
        }
        let client = try VinciClientConfiguration(configuration.upstream)
        connections = UpstreamConnections(configuration: client, eventLoopGroup: eventLoopGroup, logger: logger)

        let onBroken = surroundings.onBrokenStore
        let opened = try await StoreOpening.open(
            configuration.store.location, metrics: metrics, logger: logger
        ) { reason in
            logger.critical("the store is broken; ending", metadata: ["reason": "\(reason)"])
            onBroken(reason)
        }
        store = GatewayStore(opened.database)
        isStoreFull = opened.isFull
        isStoreAway = opened.isAway
        var random = SystemRandomNumberGenerator()
        lease = ProcessLease(ProcessID(using: &random), terms: store.isShared ? .standard : nil, clock: clock)
    }

    /// For a start that did not get as far as running services.
    func close() async {
        await connections.shutdown()
        await store.close()
    }
}

extension Logger {
    init(label: String, _ settings: GatewayConfiguration.Logging, sink: LogSink) {
        let format: LogLines.Format = settings.format == .json ? .json : .text
        self.init(label: label) { LogLines(label: $0, level: settings.level, format: format, sink: sink) }
    }
}

extension Price {
    init(_ pricing: GatewayConfiguration.Pricing) throws(GatewayFault) {
        do throws(MoneyFault) {
            self.init(
                perSecond: try MicroUSD(pricing.usdPerSecond), holdMarginPercent: Int64(pricing.holdMarginPercent))
        } catch {
            throw GatewayFault(.configuration, "pricing.usd_per_second: expected at most six decimals.")
        }
    }
}

extension VinciClientConfiguration {
    init(_ upstream: GatewayConfiguration.Upstream) throws(GatewayFault) {
        do throws(UpstreamBaseURLProblem) {
            self.init(
                baseURL: try UpstreamBaseURL(upstream.baseURL), connectTimeout: upstream.connectTimeout,
                requestTimeout: upstream.requestTimeout,
                onServerError: upstream.onServerError == .release ? .release : .hold)
        } catch {
            throw GatewayFault(.configuration, "upstream.base_url: \(error).")
        }
    }
}
