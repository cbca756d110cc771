import GatewayCore
import GatewayFlow

/// Everything about looking at jobs: answers at once, and streams that go on.
struct Viewing: Sendable {
    let checks: HeadChecks
    let readStatus: ReadStatus
    let follow: FollowJob
    let heartbeats: Heartbeats
    let refresh: RefreshFollowed
    /// To videos, too.
    let links: SignedLinks

    init(_ base: Foundations, _ flows: Flows, publicPort: BoundPort) {
        checks = HeadChecks(
            directory: flows.directory, limiter: flows.limiter, places: flows.places, tally: flows.tally,
            uses: flows.uses, clock: base.clock)
        readStatus = ReadStatus(
            maxAge: base.configuration.status.maxAge, store: base.store, desk: flows.desk, tracker: flows.tracker,
            tally: flows.tally, metrics: base.metrics, clock: base.clock, sleeper: base.sleeper)
        heartbeats = Heartbeats(metrics: base.metrics, sleeper: base.sleeper)
        refresh = RefreshFollowed(readStatus: readStatus, store: base.store, sleeper: base.sleeper)
        follow = FollowJob(
            readStatus: readStatus, desk: flows.desk, heartbeats: heartbeats, checks: checks, tracker: flows.tracker,
            tally: flows.tally)
        let clients = base.configuration.publicPort
        links = SignedLinks(
            signer: base.masterKey.linkSigner, lifetime: base.configuration.videos.linkLifetime,
            baseURL: { clients.baseURL(boundPort: publicPort.known ?? clients.port) }, clock: base.clock)
    }
}
