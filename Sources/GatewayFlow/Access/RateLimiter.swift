package import GatewayCore
import GatewayStore
import Synchronization

/// Sliding windows of tokens and teams, in memory. On a shared store a window admits with the places of its limit that this
/// process has; ``SharedPlaces`` moves them.
package final class RateLimiter: Sendable {
    fileprivate enum Key: Hashable {
        case token(KeyID, PaceClass)
        case team(TeamID)

        /// By the name alone: a token has two windows only.
        func hash(into hasher: inout Hasher) {
            switch self {
            case .token(let id, _): hasher.combine(id)
            case .team(let id): hasher.combine(id)
            }
        }
    }

    fileprivate struct Limit {
        let key: Key
        let limit: Int
    }

    fileprivate struct State {
        let isShared: Bool
        var windows: [Key: WindowShare] = [:]
        var sweptAt = Uptime(microseconds: 0)
        /// How many processes share the limits while none of their places can be had; nil while they can.
        var withoutStore: Int?
    }

    private let state: Mutex<State>
    let isShared: Bool

    /// - isShared: other processes admit under the same limits.
    package init(isShared: Bool = false) {
        self.isShared = isShared
        state = Mutex(State(isShared: isShared))
    }

    /// Counts one request against the token's limit for this class and, for requests, against the team's.
    /// - Throws: `.rateLimited` with the reading of the limit that refuses; nothing is counted then.
    package func admit(_ permit: Permit, at now: Uptime) throws(Refusal) -> Paced {
        let (own, team) = RateLimiter.limits(of: permit)
        let (refusing, reading) = state.withLock { $0.admit(own, team, at: now) }
        if let refusing { throw .rateLimited(refusing) }
        return Paced(permit: permit, reading: reading)
    }

    /// What is left, without counting: for replies to requests that were refused before they were counted.
    package func reading(of caller: Caller, for pace: PaceClass, at now: Uptime) -> PaceReading {
        let limit = pace == .read ? caller.token.readsPerMinute : caller.token.requestsPerMinute
        return state.withLock { state in
            var window = state[.token(caller.token.keyID, pace)]
            return window.shown(limit: limit, at: now)
        }
    }

    /// What this process must get from the others before the permit can be admitted here; empty when that would not help.
    /// - version: of the directory that the permit rests on.
    /// - Returns: nil when nothing is missing.
    func missing(for permit: Permit, version: Int64, at now: Uptime) -> [PlaceRequest]? {
        let limits = RateLimiter.limits(of: permit)
        return state.withLock { state in
            let all = [limits.own, limits.team].compactMap(\.self)
            let exhausted = all.filter { state.reading($0, at: now).isExhausted }
            guard !exhausted.isEmpty else { return nil }
            return exhausted.compactMap { state[$0.key].request($0.key.text, of: $0.limit, version: version) }
        }
    }

    private static func limits(of permit: Permit) -> (own: Limit, team: Limit?) {
        let caller = permit.caller
        switch permit.action.pace {
        case .read:
            return (Limit(key: .token(caller.token.keyID, .read), limit: caller.token.readsPerMinute), nil)
        case .request:
            let own = Limit(key: .token(caller.token.keyID, .request), limit: caller.token.requestsPerMinute)
            return (own, caller.team.requestsPerMinute.map { Limit(key: .team(caller.team.id), limit: $0) })
        }
    }
}

extension RateLimiter: PlaceHolder {
    func places(of key: String) -> Int? {
        guard let key = Key(key) else { return nil }
        return state.withLock { $0.windows[key]?.places ?? 0 }
    }

    func receive(_ grant: PlaceGrant, at now: Uptime) -> Bool {
        guard let key = Key(grant.key) else { return false }
        state.withLock { $0[key].receive(grant.rests, at: now) }
        return true
    }

    func surrender(_ key: String, keeping fairShare: Int, at now: Uptime) -> [Duration]? {
        guard let key = Key(key) else { return nil }
        return state.withLock { state in
            state[key].surrender((state[key].places ?? 0) - fairShare, at: now)
        }
    }

    func surrenderIdle(all: Bool, at now: Uptime) -> [String: [Duration]] {
        state.withLock { state in
            var returned: [String: [Duration]] = [:]
            for key in state.windows.keys where all || state[key].isRested(at: now) {
                let rests = state[key].surrender(.max, at: now)
                if !rests.isEmpty { returned[key.text] = rests }
            }
            return returned
        }
    }

    func loseAll() { state.withLock { state in for key in state.windows.keys { state[key].lose() } } }

    func goOn(withoutStore processes: Int?) { state.withLock { $0.withoutStore = processes } }
}

extension RateLimiter.Key {
    var text: String {
        switch self {
        case .token(let id, let pace): "token/\(id)/\(pace.rawValue)"
        case .team(let id): "team/\(id)"
        }
    }

    init?(_ text: String) {
        let parts = text.split(separator: "/").map(String.init)
        switch (parts.first, parts.count) {
        case ("token", 3):
            guard let pace = PaceClass(rawValue: parts[2]) else { return nil }
            self = .token(KeyID(stored: parts[1]), pace)
        case ("team", 2): self = .team(TeamID(stored: parts[1]))
        default: return nil
        }
    }
}

extension RateLimiter.State {
    fileprivate subscript(key: RateLimiter.Key) -> WindowShare {
        get { windows[key] ?? WindowShare(isShared: isShared) }
        _modify { yield &windows[key, default: WindowShare(isShared: isShared)] }
    }

    /// - Returns: the limit that refuses and must be waited for longest, or else the tightest one after this request.
    fileprivate mutating func admit(
        _ own: RateLimiter.Limit, _ team: RateLimiter.Limit?, at now: Uptime
    ) -> (refusing: PaceReading?, reading: PaceReading?) {
        sweep(at: now)
        // Polls are under one limit only, and its window is looked up only once.
        guard let team else { return self[own.key].admit(limit: own.limit, atLeast: leastHere(of: own), at: now) }
        let before = (own: reading(own, at: now), team: reading(team, at: now))
        let refusing = [before.own, before.team].filter(\.isExhausted).max { $0.wait < $1.wait }
        guard refusing == nil else { return (refusing, nil) }
        let after = (own: count(own, at: now), team: count(team, at: now))
        return (nil, after.team.remaining < after.own.remaining ? after.team : after.own)
    }

    fileprivate mutating func reading(_ limit: RateLimiter.Limit, at now: Uptime) -> PaceReading {
        self[limit.key].reading(limit: limit.limit, atLeast: leastHere(of: limit), at: now)
    }

    private func leastHere(of limit: RateLimiter.Limit) -> Int { withoutStore.map { limit.limit / max(1, $0) } ?? 0 }

    private mutating func count(_ limit: RateLimiter.Limit, at now: Uptime) -> PaceReading {
        self[limit.key].count(at: now)
        return self[limit.key].shown(limit: limit.limit, at: now)
    }

    /// Windows that have emptied are forgotten, so memory follows the tokens in use; those with places are kept until the
    /// places have gone back.
    fileprivate mutating func sweep(at now: Uptime) {
        guard now.since(sweptAt) > .seconds(60) else { return }
        sweptAt = now
        windows = windows.filter { entry in
            var window = entry.value
            return !window.isRested(at: now) || (window.places ?? 0) > 0
        }
    }
}

/// Proof that a permitted request is within its limits. Only ``RateLimiter`` makes one.
package struct Paced: Sendable {
    package let permit: Permit
    /// The tightest limit after this request, for `X-RateLimit-*`.
    package let reading: PaceReading?

    fileprivate init(permit: Permit, reading: PaceReading?) {
        self.permit = permit
        self.reading = reading
    }

    package var caller: Caller { permit.caller }
}
