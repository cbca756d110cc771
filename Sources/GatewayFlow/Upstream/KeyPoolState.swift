import GatewayCore
import GatewayStore
import VinciAPI

/// The pool's decisions, without a lock and without effects.
struct KeyPoolState: Sendable {
    private struct Entry {
        var key: PooledKey
        var window: WindowShare
        var health = KeyHealth()
        /// From `X-RateLimit-Limit`, when it was lower than what was configured.
        var reportedLimit: Int?
        /// When polls first found no place since one did, and when they last did.
        var pollsRefused: (first: Uptime, last: Uptime)?

        var limit: Int { min(key.requestsPerMinute, reportedLimit ?? .max) }
        /// Kept free of polls and account calls, for orders that come all at once: 2 of 10, 5 of 60, 7 of 100. Further ones
        /// wait a moment for the places that polls give up every second or so.
        var reserve: Int {
            let here = min(limit, window.places ?? limit)
            return here <= 1 ? 0 : max(1, min(here / 5, 2 + here / 20))
        }

        /// Whether the next place is a poll's, whatever orders there are.
        func owesPoll(at now: Uptime) -> Bool {
            guard let refused = pollsRefused else { return false }
            // What nobody has asked for any more since then is not owed: the job has ended, or is followed elsewhere.
            return now.since(refused.first) >= KeyPoolState.patienceOfPolls
                && now.since(refused.last) < KeyPoolState.memoryOfPolls
        }

        mutating func refusePoll(at now: Uptime) {
            let isNew = pollsRefused.map { now.since($0.last) >= KeyPoolState.memoryOfPolls } ?? true
            pollsRefused = (isNew ? now : pollsRefused?.first ?? now, now)
        }

        /// Places that are left to others by a poll, or by an account call.
        func kept(fromPoll isPoll: Bool, at now: Uptime) -> Int {
            guard owesPoll(at: now) else { return reserve }
            return isPoll ? 0 : reserve + 1
        }

        mutating func reading(withoutStore processes: Int?, at now: Uptime) -> PaceReading {
            window.reading(limit: limit, atLeast: share(withoutStore: processes), at: now)
        }

        /// Places that an order may take now.
        mutating func remainingForOrders(withoutStore processes: Int?, at now: Uptime) -> Int {
            window.remaining(of: limit, atLeast: share(withoutStore: processes), at: now)
                - (owesPoll(at: now) ? 1 : 0)
        }

        private func share(withoutStore processes: Int?) -> Int { processes.map { limit / max(1, $0) } ?? 0 }
    }

    /// How long orders may keep polls of a key from being sent.
    private static let patienceOfPolls: Duration = .seconds(20)
    /// A poll that found no place comes again when one may be free, a minute later at most.
    private static let memoryOfPolls: Duration = .seconds(SlidingWindow.seconds + 15)

    private let isShared: Bool
    /// Among so many processes each limit is divided while the store cannot move places; nil: it can.
    private var withoutStore: Int?
    /// In the order of their ids, so a choice among equals is always the same.
    private var entries: [Entry] = []
    /// Where in the entries each key is.
    private var positions: [UpstreamKeyID: Int] = [:]

    /// - isShared: other processes use the same keys.
    init(isShared: Bool) { self.isShared = isShared }

    mutating func install(_ keys: [PooledKey]) {
        entries = keys.sorted { $0.id < $1.id }.map { key in
            guard var kept = entries.first(where: { $0.key.id == key.id }) else {
                return Entry(key: key, window: WindowShare(isShared: isShared))
            }
            kept.key = key
            return kept
        }
        positions = Dictionary(uniqueKeysWithValues: entries.indices.map { (entries[$0].key.id, $0) })
    }

    mutating func slotForOrder(at now: Uptime) -> SlotAnswer {
        if let best = freest(at: now) { return .slot(take(best, at: now)) }
        let open = entries.indices.filter { entries[$0].health.closure(at: now) == nil }
        guard !open.isEmpty else { return .unavailable(soonestClosure(at: now)) }
        let waits = open.map { index in
            let reading = entries[index].reading(withoutStore: withoutStore, at: now)
            return reading.isExhausted ? reading.wait : .seconds(1)
        }
        return .busy(waits.min() ?? .seconds(1))
    }

    /// The open key with the most places for orders; nil: none has any.
    private mutating func freest(at now: Uptime) -> Int? {
        var best: (index: Int, remaining: Int)?
        for index in entries.indices where entries[index].health.closure(at: now) == nil {
            let remaining = entries[index].remainingForOrders(withoutStore: withoutStore, at: now)
            if remaining > best?.remaining ?? 0 { best = (index, remaining) }
        }
        return best?.index
    }

    mutating func slotForQuery(with id: UpstreamKeyID?, at now: Uptime) -> SlotAnswer {
        let known = id.map { index(of: $0).map { [$0] } ?? [] } ?? Array(entries.indices)
        guard !known.isEmpty else { return .unavailable(nil) }
        // A key that Vinci rejects is still asked about its own jobs: only it can see them.
        let candidates = known.filter { id != nil || entries[$0].health.closure(at: now) == nil }
        guard !candidates.isEmpty else { return .unavailable(soonestClosure(at: now)) }

        var shortestWait: Duration = .seconds(SlidingWindow.seconds)
        for index in candidates {
            if let closure = entries[index].health.closure(at: now), closure.reason == .rateLimited {
                shortestWait = min(shortestWait, closure.remaining)
                continue
            }
            let reading = entries[index].reading(withoutStore: withoutStore, at: now)
            if reading.remaining > entries[index].kept(fromPoll: id != nil, at: now) {
                if id != nil { entries[index].pollsRefused = nil }
                return .slot(take(index, at: now))
            }
            if id != nil { entries[index].refusePoll(at: now) }
            shortestWait = min(shortestWait, max(reading.wait, .seconds(1)))
        }
        return .busy(shortestWait)
    }

    func pollsPerMinute(with id: UpstreamKeyID) -> Int? {
        index(of: id).map { index in
            let entry = entries[index]
            return max(1, min(entry.limit, entry.window.places ?? entry.limit) - entry.reserve)
        }
    }

    mutating func giveBack(_ slot: UpstreamSlot, at now: Uptime) {
        guard let index = index(of: slot.key) else { return }
        entries[index].window.giveBack(from: slot.takenAt, at: now)
    }

    mutating func note(_ event: KeyHealth.Event, of id: UpstreamKeyID, at now: Uptime) {
        guard let index = index(of: id) else { return }
        entries[index].health.note(event, at: now)
    }

    mutating func note(_ reading: RateLimitReading, of id: UpstreamKeyID) {
        guard let index = index(of: id) else { return }
        entries[index].reportedLimit = reading.limit
    }

    mutating func readings(at now: Uptime) -> [KeyReading] {
        entries.indices.map { index in
            let reading = entries[index].window.shown(limit: entries[index].limit, at: now)
            return KeyReading(
                id: entries[index].key.id, limit: reading.limit, remaining: reading.remaining,
                closure: entries[index].health.closure(at: now))
        }
    }

    /// What must come from other processes before a request can be sent here with this key, or any; empty when that would
    /// not help.
    func missing(for id: UpstreamKeyID?) -> [PlaceRequest] {
        entries.filter { id == nil || $0.key.id == id }.compactMap { entry in
            entry.window.request(KeyPoolState.name(of: entry.key.id), of: entry.limit, version: 0)
        }
    }

    func places(of key: String) -> Int? { index(of: key).map { entries[$0].window.places ?? 0 } }

    mutating func receive(_ grant: PlaceGrant, at now: Uptime) -> Bool {
        guard let index = index(of: grant.key) else { return false }
        entries[index].window.receive(grant.rests, at: now)
        return true
    }

    mutating func surrender(_ key: String, keeping fairShare: Int, at now: Uptime) -> [Duration]? {
        guard let index = index(of: key) else { return nil }
        return entries[index].window.surrender((entries[index].window.places ?? 0) - fairShare, at: now)
    }

    mutating func surrenderIdle(all: Bool, at now: Uptime) -> [String: [Duration]] {
        var returned: [String: [Duration]] = [:]
        for index in entries.indices where all || entries[index].window.isRested(at: now) {
            let rests = entries[index].window.surrender(.max, at: now)
            if !rests.isEmpty { returned[KeyPoolState.name(of: entries[index].key.id)] = rests }
        }
        return returned
    }

    mutating func loseAll() { for index in entries.indices { entries[index].window.lose() } }

    mutating func goOn(withoutStore processes: Int?) { withoutStore = processes }

    /// Of the key's limit, where processes share it.
    private static func name(of id: UpstreamKeyID) -> String { "upstream/\(id)" }

    private func index(of name: String) -> Int? {
        entries.firstIndex { KeyPoolState.name(of: $0.key.id) == name }
    }

    private mutating func take(_ index: Int, at now: Uptime) -> UpstreamSlot {
        entries[index].window.count(at: now)
        return UpstreamSlot(key: entries[index].key.id, upstream: entries[index].key.upstream, takenAt: now)
    }

    private func soonestClosure(at now: Uptime) -> KeyHealth.Closure? {
        entries.compactMap { $0.health.closure(at: now) }.min { $0.remaining < $1.remaining }
    }

    private func index(of id: UpstreamKeyID) -> Int? { positions[id] }
}
