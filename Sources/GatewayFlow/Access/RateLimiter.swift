package import GatewayCore
import Synchronization

/// Sliding windows of tokens and teams, in memory.
package final class RateLimiter: Sendable {
    fileprivate enum Key: Hashable {
        case token(KeyID, PaceClass)
        case team(TeamID)
    }

    fileprivate struct Limit {
        let key: Key
        let limit: Int
    }

    fileprivate struct State {
        var windows: [Key: SlidingWindow] = [:]
        var sweptAt = Uptime(microseconds: 0)
    }

    private let state = Mutex(State())

    package init() {}

    /// Counts one request against the token's limit for this class and, for requests, against the team's.
    /// - Throws: `.rateLimited` with the reading of the limit that refuses; nothing is counted then.
    package func admit(_ permit: Permit, at now: Uptime) throws(Refusal) -> Paced {
        let limits = RateLimiter.limits(of: permit)
        var isAdmitted = false
        let readings = state.withLock { state -> [PaceReading] in
            state.sweep(at: now)
            let before = state.readings(limits, at: now)
            guard !before.contains(where: \.isExhausted) else { return before.filter(\.isExhausted) }
            for limit in limits { state.windows[limit.key, default: SlidingWindow()].count(at: now) }
            isAdmitted = true
            return state.readings(limits, at: now)
        }
        guard isAdmitted else {
            let longest = readings.max { $0.wait < $1.wait }
            throw .rateLimited(longest ?? PaceReading(limit: 0, remaining: 0, wait: .seconds(1), resetsIn: .seconds(1)))
        }
        return Paced(permit: permit, reading: readings.min { $0.remaining < $1.remaining })
    }

    /// What is left, without counting: for replies to requests that were refused before they were counted.
    package func reading(of caller: Caller, for pace: PaceClass, at now: Uptime) -> PaceReading {
        let limit = pace == .read ? caller.token.readsPerMinute : caller.token.requestsPerMinute
        return state.withLock { state in
            var window = state.windows[.token(caller.token.keyID, pace)] ?? SlidingWindow()
            return window.reading(limit: limit, at: now)
        }
    }

    private static func limits(of permit: Permit) -> [Limit] {
        let caller = permit.caller
        switch permit.action.pace {
        case .read:
            return [Limit(key: .token(caller.token.keyID, .read), limit: caller.token.readsPerMinute)]
        case .request:
            let own = Limit(key: .token(caller.token.keyID, .request), limit: caller.token.requestsPerMinute)
            guard let limit = caller.team.requestsPerMinute else { return [own] }
            return [own, Limit(key: .team(caller.team.id), limit: limit)]
        }
    }
}

extension RateLimiter.State {
    fileprivate mutating func readings(_ limits: [RateLimiter.Limit], at now: Uptime) -> [PaceReading] {
        limits.map { windows[$0.key, default: SlidingWindow()].reading(limit: $0.limit, at: now) }
    }

    /// Windows that have emptied are forgotten, so memory follows the tokens in use.
    fileprivate mutating func sweep(at now: Uptime) {
        guard now.since(sweptAt) > .seconds(60) else { return }
        sweptAt = now
        windows = windows.filter { entry in
            var window = entry.value
            return window.reading(limit: 1, at: now).isExhausted
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
