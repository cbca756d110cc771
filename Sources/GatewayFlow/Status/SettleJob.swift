package import GatewayCore
import GatewayStore
package import Logging
package import VinciAPI

/// Takes over the end that Vinci reports for a job: money first, durably, then everybody who looks.
package struct SettleJob: Sendable {
    private let price: Price
    private let recorder: StepRecorder
    private let desk: StatusDesk
    private let metrics: GatewayMetrics
    private let logger: Logger

    package init(price: Price, recorder: StepRecorder, desk: StatusDesk, metrics: GatewayMetrics, logger: Logger) {
        self.price = price
        self.recorder = recorder
        self.desk = desk
        self.metrics = metrics
        self.logger = logger
    }

    /// - reply: a completed or failed one about this very job.
    /// - Returns: whether there is nothing left to follow here: the job has ended, by this reply or an earlier one, or
    ///   belongs to another process.
    package func callAsFunction(_ job: Job, _ reply: StatusReply) async -> Bool {
        guard let transition = transition(for: job, reply) else { return false }
        switch await recorder.record(transition) {
        case .done(let ended):
            note(ended)
            return true
        case .tooLate(let state):
            return state.isEnded
        case .takenOver(let process):
            logger.info(
                "a job is followed by another process now", metadata: ["job": "\(job.id)", "process": "\(process)"])
            return true
        case .noSuchJob, .requestIDTaken, .none:
            return false
        }
    }

    private func transition(for job: Job, _ reply: StatusReply) -> Transition? {
        switch reply.status {
        case .pending, .processing:
            return nil
        case .failed:
            return Transition(
                .failed, of: job.id, by: .gateway("tracker"), fence: job.process,
                error: reply.error ?? "Generation failed",
                resolution: .release(verify: true), upstreamStatus: 200, reason: reply.error)
        case .completed:
            return completion(of: job, reply)
        }
    }

    private func completion(of job: Job, _ reply: StatusReply) -> Transition? {
        do throws(MoneyFault) {
            let result = try VideoResult(
                url: reply.videoURL, seconds: reply.durationSeconds, reportedCost: reply.costUSD,
                orderedSeconds: job.seconds, price: price)
            return Transition(
                .completed, of: job.id, by: .gateway("tracker"), fence: job.process, result: result,
                resolution: .capture(result.cost), upstreamStatus: 200, reason: remark(on: result, of: job))
        } catch {
            logger.error("Vinci reports a cost that cannot be counted", metadata: ["job": "\(job.id)"])
            return nil
        }
    }

    private func remark(on result: VideoResult, of job: Job) -> String? {
        if result.isCostDerived { return "Vinci reported no cost: seconds × price" }
        return result.cost > job.hold ? "overrun: held $\(job.hold), cost $\(result.cost)" : nil
    }

    private func note(_ job: Job) {
        desk.put(job)
        metrics.job(job.kind, outcome: job.state.rawValue)
        guard let result = job.result else { return }
        metrics.spent(result.cost, team: job.owner.team, kind: job.kind)
    }
}
