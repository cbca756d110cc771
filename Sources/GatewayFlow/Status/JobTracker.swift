package import GatewayCore
package import Logging
import ServiceLifecycle
import Synchronization

/// Asks Vinci about every open job, whether anybody looks or not, and settles it at its end.
///
/// The plan is pure (``PollPlanner``); this service performs it, one request at a time per job, evenly over each key's
/// requests per minute.
package final class JobTracker: Service {
    private struct State {
        var planner: PollPlanner
        var jobs: [JobID: Job] = [:]
        /// The plan has nothing to do before; nil: that is not known.
        var isQuietUntil: Uptime?

        mutating func forget(_ job: JobID) {
            jobs[job] = nil
            // A dictionary never shrinks by itself.
            if jobs.isEmpty { jobs = [:] }
        }
    }

    private static let forEver: Duration = .seconds(1_000_000_000)

    private let state: Mutex<State>
    private let signal = WakeSignal()
    private let poll: PollJob
    private let pool: KeyPool
    private let lease: ProcessLease
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>
    private let logger: Logger

    package init(
        settings: PollPlanner.Settings, poll: PollJob, pool: KeyPool, lease: ProcessLease, clock: any WallClock,
        sleeper: any Clock<Duration>, logger: Logger
    ) {
        self.state = Mutex(State(planner: PollPlanner(settings)))
        self.poll = poll
        self.pool = pool
        self.lease = lease
        self.clock = clock
        self.sleeper = sleeper
        self.logger = logger
    }

    /// Starts asking about an accepted job of this process. One that meanwhile belongs to another process, because this one
    /// was taken for dead, is left to that.
    package func track(_ job: Job) {
        guard job.state == .accepted, let key = job.upstreamKey else { return }
        let now = clock.uptime()
        let age = job.acceptedAt.map { max(.zero, clock.now().since($0)) } ?? .zero
        let pace = pool.pollsPerMinute(with: key)
        let changesNext = state.withLock { state in
            // Looked at under the lock, so that nothing comes in behind the back of `forget(of:)`.
            guard job.process == lease.current else { return false }
            state.jobs[job.id] = job
            let due = state.planner.add(
                job.id, with: key, shape: job.shape, acceptedAt: now.adding(.zero - age),
                isStalled: job.stalledAt != nil, at: now)
            if let pace { state.planner.setPace(pace, of: key) }
            return state.isQuietUntil.map { due < $0 } ?? true
        }
        if changesNext { signal.wake() }
    }

    /// Somebody looks at this job: it is asked about again as soon as the shortest pause allows.
    package func watch(_ job: JobID) {
        let now = clock.uptime()
        if state.withLock({ $0.planner.watch(job, at: now) }) { signal.wake() }
    }

    /// Whether this process asks Vinci about the job.
    package func follows(_ job: JobID) -> Bool { state.withLock { $0.jobs[job] != nil } }

    package var trackedCount: Int { state.withLock { $0.planner.jobCount } }

    /// Polls that have begun and not ended.
    package var pollsUnderWay: Int { state.withLock { $0.planner.runningCount } }

    /// Plans with what is known from earlier about how long jobs take.
    package func learn(_ earlier: [JobTime]) { state.withLock { $0.planner.learn(earlier) } }

    /// Asks no more about what `process` followed: others do.
    package func forget(of process: ProcessID) {
        state.withLock { state in
            for job in state.jobs.values where job.process == process {
                state.planner.remove(job.id)
                state.forget(job.id)
            }
        }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    switch self.nextStep() {
                    case .poll(let job): group.addTask { await self.perform(job) }
                    case .wait(let pause): await self.signal.wait(upTo: pause, on: self.sleeper)
                    }
                }
            }
        }
    }

    private enum Step {
        case poll(Job)
        case wait(Duration?)
    }

    private func nextStep() -> Step {
        let now = clock.uptime()
        return state.withLock { state in
            while true {
                switch state.planner.step(at: now) {
                case .wait(let pause):
                    state.isQuietUntil = now.adding(pause ?? JobTracker.forEver)
                    return .wait(pause)
                case .poll(let id):
                    state.isQuietUntil = nil
                    if let job = state.jobs[id] { return .poll(job) }
                    state.planner.remove(id)
                }
            }
        }
    }

    private func perform(_ job: Job) async {
        let end = await poll(job)
        let now = clock.uptime()
        let pace = job.upstreamKey.flatMap { key in pool.pollsPerMinute(with: key).map { (key, $0) } }
        state.withLock { state in
            if let (key, perMinute) = pace { state.planner.setPace(perMinute, of: key) }
            switch end {
            case .completed:
                state.planner.completed(job.id, at: now)
                state.forget(job.id)
            case .ended:
                state.planner.remove(job.id)
                state.forget(job.id)
            case .live:
                state.planner.polled(job.id, at: now)
            case .postponed(let pause):
                state.planner.postpone(job.id, by: pause, at: now)
            case .notAsked(let wait):
                state.planner.notAsked(job.id, wait: wait, at: now)
            case .stalled:
                state.planner.stall(job.id)
                state.planner.polled(job.id, at: now)
            }
        }
        signal.wake()
    }
}
