package import GatewayCore
import Synchronization
package import VinciAPI

/// The Vinci keys in use: each with its requests per minute, its health and its connection.
///
/// Orders go first: polls and account calls leave a share of every key's minute to them.
package final class KeyPool: Sendable {
    private let state = Mutex(KeyPoolState())
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>

    package init(clock: any WallClock, sleeper: any Clock<Duration>) {
        self.clock = clock
        self.sleeper = sleeper
    }

    /// Replaces the set of keys; windows and health of keys that stay are kept.
    package func install(_ keys: [PooledKey]) { state.withLock { $0.install(keys) } }

    package func readings() -> [KeyReading] { state.withLock { $0.readings(at: clock.uptime()) } }

    /// A place for an order, on the key with the most left, if one is free now.
    package func slotForOrder() -> SlotAnswer { state.withLock { $0.slotForOrder(at: clock.uptime()) } }

    /// Like ``slotForOrder()``, but waits for a place.
    package func slotForOrder(within patience: Duration) async -> SlotAnswer {
        let deadline = clock.uptime().adding(patience)
        while true {
            let answer = slotForOrder()
            guard case .busy(let wait) = answer, !Task.isCancelled else { return answer }
            let now = clock.uptime()
            guard now.adding(wait) <= deadline else { return answer }
            do { try await sleeper.sleep(for: max(wait, .milliseconds(20))) } catch { return answer }
        }
    }

    /// A place for a poll with the key that created the job, or for an account call with any.
    package func slotForQuery(with key: UpstreamKeyID?) -> SlotAnswer {
        state.withLock { $0.slotForQuery(with: key, at: clock.uptime()) }
    }

    /// A slot that was not used after all.
    package func giveBack(_ slot: UpstreamSlot) { state.withLock { $0.giveBack(slot, at: clock.uptime()) } }

    package func note(_ event: KeyHealth.Event, of key: UpstreamKeyID) {
        state.withLock { $0.note(event, of: key, at: clock.uptime()) }
    }

    /// What a reply's headers said. A lower limit than ours is believed, a higher one is not used.
    package func note(_ reading: RateLimitReading?, of key: UpstreamKeyID) {
        guard let reading else { return }
        state.withLock { $0.note(reading, of: key) }
    }
}

/// A key with its connection.
package struct PooledKey: Sendable {
    package let id: UpstreamKeyID
    package let requestsPerMinute: Int
    package let upstream: any VinciUpstream

    package init(id: UpstreamKeyID, requestsPerMinute: Int, upstream: any VinciUpstream) {
        self.id = id
        self.requestsPerMinute = requestsPerMinute
        self.upstream = upstream
    }
}

/// Proof that one request may be sent with a key now; already counted. Only the pool makes one.
package struct UpstreamSlot: Sendable {
    package let key: UpstreamKeyID
    package let upstream: any VinciUpstream
    let takenAt: Uptime
}

package enum SlotAnswer: Sendable {
    case slot(UpstreamSlot)
    /// All usable keys have spent their minute; one is free again after this time.
    case busy(Duration)
    /// No key can be used.
    case unavailable(KeyHealth.Closure?)
}

/// A key as metrics and the admin API show it.
package struct KeyReading: Sendable {
    package let id: UpstreamKeyID
    package let limit: Int
    package let remaining: Int
    package let closure: KeyHealth.Closure?
}
