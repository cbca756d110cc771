import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase

/// Writes what has already happened outside and therefore must get on record.
package struct StepRecorder: Sendable {
    /// How long a client waits for the store before it is told that the outcome is unknown.
    private static let patience: Duration = .seconds(4)
    private static let pauseMax: Duration = .milliseconds(500)
    /// Between two tries after the client has been answered.
    private static let latePause: Duration = .seconds(2)

    private let store: GatewayStore
    private let running: RunningOrders
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>
    private let logger: Logger

    /// - running: a stop waits, within its own limit, for steps that are still to be recorded.
    package init(
        store: GatewayStore, running: RunningOrders, clock: any WallClock, sleeper: any Clock<Duration>,
        logger: Logger
    ) {
        self.store = store
        self.running = running
        self.clock = clock
        self.sleeper = sleeper
        self.logger = logger
    }

    /// For steps that somebody tries again anyway: the tracker, an administrator.
    /// - Returns: nil when the store has not taken it for several seconds; nothing is written then, now or later.
    package func record(_ transition: Transition) async -> TransitionResult? {
        let deadline = clock.uptime().adding(StepRecorder.patience)
        var pause: Duration = .milliseconds(20)
        repeat {
            if case .result(let result) = await attempt(transition) { return result }
            guard (try? await sleeper.sleep(for: pause)) != nil else { return nil }
            pause = min(pause * 2, StepRecorder.pauseMax)
        } while clock.uptime() < deadline
        return nil
    }

    /// For an order's own steps, which nobody else knows of.
    /// - late: told when the step could be recorded only after this has returned nil.
    /// - Returns: nil when the store has not taken it for several seconds. The job is then as it was, its money held;
    ///   recording goes on until it succeeds or the store closes, and the next start decides.
    package func insist(
        on transition: Transition, late: @escaping @Sendable (TransitionResult) async -> Void
    ) async -> TransitionResult? {
        if let result = await record(transition) { return result }
        let ticket = running.prolong()
        // A task of its own: whoever asked for this step is being answered.
        Task {
            await keepTrying(transition, late)
            ticket.end()
        }
        return nil
    }

    private func keepTrying(
        _ transition: Transition, _ late: @Sendable (TransitionResult) async -> Void
    ) async {
        while (try? await sleeper.sleep(for: StepRecorder.latePause)) != nil {
            switch await attempt(transition) {
            case .failed(.closed): return
            case .failed: continue
            case .result(let result):
                logger.notice("a job's step was recorded late", metadata: ["job": "\(transition.job)"])
                return await late(result)
            }
        }
    }

    private enum Attempt {
        case result(TransitionResult)
        case failed(SQLFailure)
    }

    private func attempt(_ transition: Transition) async -> Attempt {
        do throws(SQLFailure) {
            return .result(try await store.apply(transition, at: clock.now()))
        } catch {
            // With Vinci's id: should the process end before this is on record, an operator can still find the job.
            logger.error(
                "a job's step could not be recorded",
                metadata: [
                    "job": "\(transition.job)", "step": "\(transition.event)",
                    "vinci_request": "\(transition.requestID?.text ?? "none")", "error": "\(error)",
                ])
            return .failed(error)
        }
    }
}
