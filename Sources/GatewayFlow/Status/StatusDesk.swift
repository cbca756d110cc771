package import GatewayCore
package import GatewayStore
package import SQLDatabase
import Synchronization
package import VinciAPI

/// Job states in memory. Ended states are written once and kept until their place is needed; live ones are kept fresh
/// by the tracker. Readers never cause a call to Vinci.
package final class StatusDesk: Sendable {
    package struct Settings: Sendable {
        /// Ended jobs kept in memory, 1.5 KB each; open ones always are.
        package var endedMax: Int
        /// A live state older than this is marked stale.
        package var staleAfter: Duration

        package init(endedMax: Int = 5_000, staleAfter: Duration) {
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

        package let view: StatusView
        package var cache: Cache
        /// Since Vinci last confirmed it; zero for ended states, which cannot change.
        package let age: Duration

        package var status: JobStatus { view.status }
        package var text: StatusText? { view.text }
        package var version: Int { view.version }
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

    /// Called when a job's state has changed, or when nobody may wait any more.
    package typealias Wake = @Sendable () -> Void

    /// Takes over what the store now says; wakes those who listen for a change.
    package func put(_ job: Job) {
        let now = clock.uptime()
        let wakes = state.withLock { $0.put(JobStatus(job), confirmedAt: now, at: now, endedMax: settings.endedMax) }
        for wake in wakes { wake() }
    }

    /// Takes over what Vinci says about an open job.
    package func confirm(_ job: JobID, _ live: StatusReply) {
        let wakes = state.withLock { $0.confirm(job, live, at: clock.uptime()) }
        for wake in wakes { wake() }
    }

    /// Vinci has moved a finished video.
    func renewVideoURL(_ url: String, of job: JobID) { state.withLock { $0.renewVideoURL(url, of: job) } }

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
            return !entry.view.isEnded && now.since(entry.readAt) >= age
        }
    }

    /// From the store, then kept in memory.
    /// - isFollowedElsewhere: no news of the job comes by itself.
    package func load(_ name: JobName, isFollowedElsewhere: Bool = false) async throws(SQLFailure) -> Answer? {
        guard let job = try await store.job(name) else { return nil }
        // A transition may have put a newer state meanwhile, which stays: states only move forward.
        let now = clock.uptime()
        let wakes = state.withLock {
            $0.put(
                JobStatus(job), confirmedAt: confirmation(of: job), isForgettable: isFollowedElsewhere, at: now,
                endedMax: settings.endedMax)
        }
        for wake in wakes { wake() }
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
        for wake in state.withLock({ $0.close() }) { wake() }
    }

    /// Returns when the job's version is no longer `version`, when `patience` is over, or when the task is cancelled.
    package func waitForChange(
        of job: JobID, from version: Int, upTo patience: Duration, on sleeper: any Clock<Duration>
    ) async {
        let signal = WakeSignal()
        let listener = state.withLock { state in
            state.mayChange(job, from: version) ? state.listen(to: job) { signal.wake() } : nil
        }
        guard let listener else { return }
        await signal.wait(upTo: patience, on: sleeper)
        stopListening(listener)
    }

    // MARK: Listening

    /// From now on `wake` is called after each change, until ``stopListening(_:)``. It must return at once, and may be called
    /// once more afterwards.
    package func listen(to job: JobID, _ wake: @escaping Wake) -> Listener {
        state.withLock { $0.listen(to: job, wake) }
    }

    package func stopListening(_ listener: Listener) { state.withLock { $0.stopListening(listener) } }

    /// The jobs that somebody listens to.
    package var listenedJobs: [JobID] { state.withLock { $0.listenedJobs } }

    /// How many listen.
    package var listenerCount: Int { state.withLock { $0.listenerCount } }

    /// One who listens.
    package struct Listener: Sendable, Hashable {
        let job: JobID
        let number: Int
    }
}
