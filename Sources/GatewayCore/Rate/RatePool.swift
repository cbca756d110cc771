/// The places of a shared limit that no process has, on the clock of the store. Pure: the store keeps it in a row.
package struct RatePool: Sendable, Equatable {
    package static let rest: Duration = .seconds(SlidingWindow.seconds)

    private static let longAgo = Timestamp(microseconds: 0)

    /// The limit.
    package private(set) var places: Int
    package private(set) var version: Int64
    /// When the limit last became smaller.
    package private(set) var loweredAt: Timestamp
    /// From when each free place may be used again, the most rested first.
    package private(set) var free: [Timestamp]

    /// A pool that nobody has used yet.
    package init(places: Int, version: Int64) {
        self.init(
            places: places, version: version, loweredAt: RatePool.longAgo,
            free: Array(repeating: RatePool.longAgo, count: places))
    }

    package init(places: Int, version: Int64, loweredAt: Timestamp, free: [Timestamp]) {
        self.places = places
        self.version = version
        self.loweredAt = loweredAt
        self.free = free.sorted()
    }

    /// - version: of the knowledge that `limit` rests on; an older one than the pool's is not listened to.
    /// - lent: places that processes have, all together.
    package mutating func resize(to limit: Int, version: Int64, lent: Int, at now: Timestamp) {
        guard version >= self.version else { return }
        self.version = version
        guard limit != places else { return }
        if limit < places { loweredAt = now }
        places = limit
        let wanted = max(0, limit - lent)
        // The least rested ones stay. New ones must not stand in for places that were used a moment ago and taken away then.
        let usable = loweredAt.adding(RatePool.rest)
        while free.count < wanted { free.append(usable) }
        free = Array(free.sorted().suffix(wanted))
    }

    /// - rests: how long each of the places that come back must still rest.
    /// - lent: places that processes still have afterwards.
    package mutating func take(back rests: [Duration], lent: Int, at now: Timestamp) {
        free = (free + rests.map { now.adding($0) }).sorted()
        // More than the limit, after it was lowered: the most rested ones go, as if they had been used last.
        let surplus = free.count + lent - places
        if surplus > 0 { free.removeFirst(min(surplus, free.count)) }
    }

    /// Lends up to `wanted` places, in blocks that leave some to others: half of what is free, shared among all processes.
    /// - Returns: how long each must still rest.
    package mutating func lend(_ wanted: Int, processes: Int, at now: Timestamp) -> [Duration] {
        let block = max(1, free.count / (2 * max(1, processes)))
        let lent = free.prefix(min(max(0, wanted), block))
        free.removeFirst(lent.count)
        return lent.map { max(.zero, min($0.since(now), RatePool.rest)) }
    }
}
