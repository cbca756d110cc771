import GatewayCore

/// How often each key is used at Vinci, counted there: all gateways together keep within its requests per minute.
final class RateWitness: WorldBound, @unchecked Sendable {
    /// What may lie between the moment at which a place is taken and the request.
    private static let delay: Int64 = 5_000_000
    private static let interval = 60_000_000 - delay

    private struct Use {
        let at: Int64
        let owner: Owner
    }

    private unowned let world: World
    private var uses: [UpstreamKeyID: [Use]] = [:]

    init(in world: World) { self.world = world }

    func note(_ key: UpstreamKeyID, by owner: Owner) {
        let now = world.time.elapsed
        // An order that waited for its commit across a leap of many hours has its place from before.
        if let leaptAt = world.time.leaptAt, now - leaptAt < RateWitness.delay { return }
        var recent = uses[key, default: []].filter { now - $0.at < RateWitness.interval }
        recent.append(Use(at: now, owner: owner))
        uses[key] = recent
        // A process that was stopped may use a place long after it took it.
        guard world.coverage.counts["freeze"] == nil else { return }
        // Where nobody shares the limit, each run of the program counts by itself.
        let count = world.plan.isShared ? recent.count : recent.count { $0.owner == owner }
        guard let limit = world.plan.keys.first(where: { $0.id == key })?.requestsPerMinute else { return }
        // While the store is away the limit is divided, on top of what is here already.
        if count > (world.store.hasFailed ? limit * 2 : limit) {
            let users = recent.map { "\($0.owner.number) at \($0.at)" }
            world.violate("§8: a key's requests per minute hold for all processes", "\(key): \(users), not \(limit)")
        }
    }
}
