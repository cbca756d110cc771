import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase

/// Writes what has already happened outside and therefore must get on record: it does not give up.
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

    /// - late: told when a step could be recorded only after this has returned nil.
    /// - Returns: nil when the store has not taken it for several seconds. The job is then as it was, its money held;
    ///   recording goes on until it succeeds or the process ends, and the next start decides.
    package func record(
        _ transition: Transition, late: @escaping @Sendable (TransitionResult) -> Void = { _ in }
    ) async -> TransitionResult? {
        let deadline = clock.uptime().adding(StepRecorder.patience)
        var pause: Duration = .milliseconds(20)
        repeat {
            if let result = await attempt(transition) { return result }
            guard (try? await sleeper.sleep(for: pause)) != nil else { break }
            pause = min(pause * 2, StepRecorder.pauseMax)
        } while clock.uptime() < deadline
        keepTrying(transition, late)
        return nil
    }

    private func attempt(_ transition: Transition) async -> TransitionResult? {
        do throws(SQLFailure) {
            return try await store.apply(transition, at: clock.now())
        } catch {
            // With Vinci's id: should the process end before this is on record, an operator can still find the job.
            logger.error(
                "a job's step could not be recorded",
                metadata: [
                    "job": "\(transition.job)", "step": "\(transition.event)",
                    "vinci_request": "\(transition.requestID?.text ?? "none")", "error": "\(error)",
                ])
            return nil
        }
    }

    private func keepTrying(_ transition: Transition, _ late: @escaping @Sendable (TransitionResult) -> Void) {
        let ticket = running.prolong()
        // A task of its own: whoever asked for this step has been answered.
        Task {
            defer { ticket.end() }
            while (try? await sleeper.sleep(for: StepRecorder.latePause)) != nil {
                guard let result = await attempt(transition) else { continue }
                logger.notice("a job's step was recorded late", metadata: ["job": "\(transition.job)"])
                return late(result)
            }
        }
    }
}
