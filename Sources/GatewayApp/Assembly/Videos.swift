import GatewayCore
import GatewayFlow
import GuardedHTTP
import NIOPosix
import ServiceLifecycle
import VideoFiles
import VinciClient

/// Everything about finished videos: the folder, and the way to their hosts.
struct Videos: Sendable {
    let read: ReadVideo
    let library: VideoLibrary
    let resolver: ResolverService

    /// One attempt at a download; a clip of some seconds takes a small part of it.
    private static let attemptTime: Duration = .seconds(300)

    init(_ base: Foundations, _ flows: Flows) async throws(GatewayFault) {
        let settings = base.configuration.videos
        let folder = try await Videos.folder(settings.directory)
        let upstream = try VinciClientConfiguration(base.configuration.upstream)
        let resolver = SystemResolver()
        self.resolver = ResolverService(resolver: resolver)
        let client = GuardedClient(
            rules: DestinationRules(
                hosts: .listed(Set(settings.allowedHosts)), allowsLoopback: upstream.baseURL.isLoopback),
            resolver: resolver, eventLoopGroup: base.eventLoopGroup, clock: base.sleeper)
        let bytesMax = Int(settings.bytesMax)
        let fetch = FetchVideo(
            client: client,
            limits: GuardedLimits(
                connect: upstream.connectTimeout, stall: upstream.requestTimeout, total: Videos.attemptTime,
                replyBytesMax: bytesMax), store: base.store,
            renew: RenewVideoURL(
                pool: flows.pool, store: base.store, desk: flows.desk, metrics: base.metrics, clock: base.clock,
                sleeper: base.sleeper, logger: base.logger), sleeper: base.sleeper, logger: base.logger)
        library = VideoLibrary(
            settings: VideoLibrary.Settings(bytesMax: bytesMax), folder: folder, fetch: fetch, metrics: base.metrics,
            clock: base.clock, sleeper: base.sleeper, logger: base.logger)
        do throws(FileFault) {
            try await library.open()
        } catch {
            await library.close()
            resolver.shutdown()
            throw Videos.unusable(settings.directory, "\(error)")
        }
        read = ReadVideo(store: base.store, desk: flows.desk, library: library, tally: flows.tally)
    }

    private static func folder(_ path: String) async throws(GatewayFault) -> VideoFolder {
        do throws(FolderFault) {
            return try await VideoFolder.open(path: path, threads: NIOThreadPool.singleton)
        } catch {
            switch error {
            case .inUse:
                throw GatewayFault(
                    .configuration,
                    "videos.directory: \(path) is used by another gateway. Give each a folder of its own.")
            case .unusable(let reason): throw unusable(path, reason)
            }
        }
    }

    private static func unusable(_ path: String, _ reason: String) -> GatewayFault {
        GatewayFault(
            .configuration,
            "videos.directory: \(path) cannot be used: \(reason). Check its owner and rights, or set another folder.")
    }
}

/// Keeps the resolver until everybody who asks it has stopped.
struct ResolverService: Service {
    let resolver: SystemResolver

    func run() async throws {
        try? await gracefulShutdown()
        resolver.shutdown()
    }
}
