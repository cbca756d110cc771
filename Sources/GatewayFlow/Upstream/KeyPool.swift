package import GatewayCore
import GatewayStore
import Synchronization
package import VinciAPI

/// The Vinci keys in use: each with its requests per minute, its health and its connection.
///
/// Orders go first: polls and account calls leave a share of every key's minute to them. A key whose orders leave nothing
/// over gives a poll one place all the same after a while, so that no job stays open for want of a question.
package final class KeyPool: Sendable {
    private let state: Mutex<KeyPoolState>
    private let places = Mutex(Supplier())
    private let isShared: Bool
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>

    /// Not kept alive from here: it keeps this pool.
    private struct Supplier {
        weak var places: SharedPlaces?
    }

    /// - isShared: other processes send with the same keys; ``fetchPlaces(from:)`` must be called then.
    package init(isShared: Bool = false, clock: any WallClock, sleeper: any Clock<Duration>) {
        self.isShared = isShared
        state = Mutex(KeyPoolState(isShared: isShared))
        self.clock = clock
        self.sleeper = sleeper
    }

    /// Replaces the set of keys; windows and health of keys that stay are kept.
    package func install(_ keys: [PooledKey]) { state.withLock { $0.install(keys) } }

    package func readings() -> [KeyReading] { state.withLock { $0.readings(at: clock.uptime()) } }

    /// From now on, places of the keys' limits that are used up here come from there.
    package func fetchPlaces(from places: SharedPlaces) { self.places.withLock { $0.places = places } }

    /// A place for an order, on the key with the most left, if one is free now.
    package func slotForOrder() async -> SlotAnswer {
        await fetching(for: nil) { $0.slotForOrder(at: $1) }
    }

    /// Like ``slotForOrder()``, but waits for a place.
    package func slotForOrder(within patience: Duration) async -> SlotAnswer {
        let deadline = clock.uptime().adding(patience)
        while true {
            let answer = await slotForOrder()
            guard case .busy(let wait) = answer, !Task.isCancelled else { return answer }
            // What other processes give back may come at any time.
            let pause = isShared ? min(wait, .seconds(1)) : wait
            guard clock.uptime().adding(pause) <= deadline else { return answer }
            do { try await sleeper.sleep(for: max(pause, .milliseconds(20))) } catch { return answer }
        }
    }

    /// A place for a poll with the key that created the job, or for an account call with any.
    package func slotForQuery(with key: UpstreamKeyID?) async -> SlotAnswer {
        await fetching(for: key) { $0.slotForQuery(with: key, at: $1) }
    }

    private func fetching(
        for key: UpstreamKeyID?, _ take: (inout KeyPoolState, Uptime) -> SlotAnswer
    ) async -> SlotAnswer {
        let answer = state.withLock { take(&$0, clock.uptime()) }
        guard case .busy = answer, let places = places.withLock({ $0.places }) else { return answer }
        let missing = state.withLock { $0.missing(for: key) }
        guard !missing.isEmpty, await places.fetch(missing) else { return answer }
        return state.withLock { take(&$0, clock.uptime()) }
    }

    /// Polls that the key's limit has room for now besides what is kept for orders; nil: there is no such key.
    package func pollsPerMinute(with key: UpstreamKeyID) -> Int? { state.withLock { $0.pollsPerMinute(with: key) } }

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

extension KeyPool: PlaceHolder {
    func places(of key: String) -> Int? { state.withLock { $0.places(of: key) } }

    func receive(_ grant: PlaceGrant, at now: Uptime) -> Bool { state.withLock { $0.receive(grant, at: now) } }

    func surrender(_ key: String, keeping fairShare: Int, at now: Uptime) -> [Duration]? {
        state.withLock { $0.surrender(key, keeping: fairShare, at: now) }
    }

    func surrenderIdle(all: Bool, at now: Uptime) -> [String: [Duration]] {
        state.withLock { $0.surrenderIdle(all: all, at: now) }
    }

    func loseAll() { state.withLock { $0.loseAll() } }

    func goOn(withoutStore processes: Int?) { state.withLock { $0.goOn(withoutStore: processes) } }
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
