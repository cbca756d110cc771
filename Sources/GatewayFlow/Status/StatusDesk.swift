package import GatewayCore
package import GatewayStore
package import SQLDatabase
import Synchronization
package import VinciAPI

/// Job states in memory. Ended states are written once and kept until their place is needed; live ones are kept fresh
/// by the tracker. Readers never cause a call to Vinci.
package final class StatusDesk: Sendable {
    package struct Settings: Sendable {
        /// Ended jobs kept in memory; open ones always are.
        package var endedMax: Int
        /// A live state older than this is marked stale.
        package var staleAfter: Duration

        package init(endedMax: Int = 20_000, staleAfter: Duration) {
            self.endedMax = endedMax
            self.staleAfter = staleAfter
        }
    }

    /// What a reader gets.
    package struct Answer: Sendable {
        package enum Cache: String, Sendable {
            case hit = "HIT"
            case miss = "MISS"
            case stale = "STALE"
        }

        package let status: JobStatus
        package var cache: Cache
        /// Since Vinci last confirmed it; zero for ended states, which cannot change.
        package let age: Duration
        /// Grows with every change of this job's state.
        package let version: Int
    }

    private let state = Mutex(StatusDeskState())
    private let settings: Settings
    private let store: GatewayStore
    private let clock: any WallClock

    package init(settings: Settings, store: GatewayStore, clock: any WallClock) {
        self.settings = settings
        self.store = store
        self.clock = clock
    }

    /// Takes over what the store now says; wakes those who wait for a change.
    package func put(_ job: Job) {
        let now = clock.uptime()
        let waiters = state.withLock { $0.put(JobStatus(job), confirmedAt: now, at: now, endedMax: settings.endedMax) }
        for waiter in waiters { waiter.wake() }
    }

    /// Takes over what Vinci says about an open job.
    package func confirm(_ job: JobID, _ live: StatusReply) {
        let waiters = state.withLock { $0.confirm(job, live, at: clock.uptime()) }
        for waiter in waiters { waiter.wake() }
    }

    /// From memory only.
    package func find(_ name: JobName) -> Answer? {
        let now = clock.uptime()
        return state.withLock { $0.entry(name) }.map { $0.answer(at: now, staleAfter: settings.staleAfter) }
    }

    /// Whether nobody here has looked for so long; what has ended need not be looked at again.
    package func isOlder(than age: Duration, _ job: JobID) -> Bool {
        let now = clock.uptime()
        return state.withLock { state in
            guard let entry = state.entry(.job(job)) else { return true }
            return !entry.status.isEnded && now.since(entry.readAt) >= age
        }
    }

    /// From the store, then kept in memory.
    /// - isFollowedElsewhere: no news of the job comes by itself.
    package func load(_ name: JobName, isFollowedElsewhere: Bool = false) async throws(SQLFailure) -> Answer? {
        guard let job = try await store.job(name) else { return nil }
        // A transition may have put a newer state meanwhile, which stays: states only move forward.
        let now = clock.uptime()
        let waiters = state.withLock {
            $0.put(
                JobStatus(job), confirmedAt: confirmation(of: job), isForgettable: isFollowedElsewhere, at: now,
                endedMax: settings.endedMax)
        }
        for waiter in waiters { waiter.wake() }
        var answer = find(.job(job.id))
        answer?.cache = .miss
        return answer
    }

    /// The date is another process's; clocks that differ make the age a little wrong, never negative.
    private func confirmation(of job: Job) -> Uptime {
        guard let seenAt = job.live?.seenAt else { return clock.uptime() }
        return clock.uptime().adding(.zero - max(.zero, clock.now().since(seenAt)))
    }

    /// Whether nobody may wait any more.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// From now on nobody waits: a stop must not take as long as the most patient viewer.
    package func stopWaiting() {
        for waiter in state.withLock({ $0.close() }) { waiter.wake() }
    }

    /// Returns when the job's version is no longer `version`, when `patience` is over, or when the task is cancelled.
    package func waitForChange(
        of job: JobID, from version: Int, upTo patience: Duration, on sleeper: any Clock<Duration>
    ) async {
        let signal = WakeSignal()
        guard state.withLock({ $0.addWaiter(signal, to: job, from: version) }) else { return }
        await signal.wait(upTo: patience, on: sleeper)
        state.withLock { $0.removeWaiter(signal, from: job) }
    }
}
