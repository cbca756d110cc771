package import GatewayCore
package import Logging
import ServiceLifecycle
import Synchronization

/// Asks Vinci about every open job, whether anybody looks or not, and settles it at its end.
///
/// The plan is pure (``PollPlanner``); this service performs it, one request at a time per job and within each key's
/// requests per minute.
package final class JobTracker: Service {
    private struct State {
        var planner: PollPlanner
        var jobs: [JobID: Job] = [:]
    }

    private let state: Mutex<State>
    private let signal = WakeSignal()
    private let poll: PollJob
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>
    private let logger: Logger

    package init(
        settings: PollPlanner.Settings, poll: PollJob, clock: any WallClock,
        sleeper: any Clock<Duration>, logger: Logger
    ) {
        self.state = Mutex(State(planner: PollPlanner(settings)))
        self.poll = poll
        self.clock = clock
        self.sleeper = sleeper
        self.logger = logger
    }

    /// Starts asking about an accepted job.
    package func track(_ job: Job) {
        guard job.state == .accepted else { return }
        let now = clock.uptime()
        state.withLock { state in
            state.jobs[job.id] = job
            state.planner.add(job.id, at: now)
            if job.stalledAt != nil { state.planner.stall(job.id) }
        }
        signal.wake()
    }

    /// Somebody looks at this job: it is asked about again as soon as the shortest pause allows.
    package func watch(_ job: JobID) {
        let now = clock.uptime()
        if state.withLock({ $0.planner.watch(job, at: now) }) { signal.wake() }
    }

    /// Whether this process asks Vinci about the job.
    package func follows(_ job: JobID) -> Bool { state.withLock { $0.jobs[job] != nil } }

    package var trackedCount: Int { state.withLock { $0.planner.jobCount } }

    /// Asks about none of them any more: another process does.
    package func forgetAll() {
        state.withLock { state in
            for job in state.jobs.keys { state.planner.remove(job) }
            state.jobs = [:]
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
                case .wait(let pause): return .wait(pause)
                case .poll(let id):
                    if let job = state.jobs[id] { return .poll(job) }
                    state.planner.remove(id)
                }
            }
        }
    }

    private func perform(_ job: Job) async {
        let end = await poll(job)
        let now = clock.uptime()
        state.withLock { state in
            switch end {
            case .ended:
                state.planner.remove(job.id)
                state.jobs[job.id] = nil
            case .live:
                state.planner.polled(job.id, at: now)
            case .postponed(let pause), .notAsked(let pause):
                state.planner.postpone(job.id, by: pause, at: now)
            case .stalled:
                state.planner.stall(job.id)
                state.planner.polled(job.id, at: now)
            }
        }
        signal.wake()
    }
}
