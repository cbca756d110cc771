import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase
import VinciAPI

/// One question to Vinci about one job, and what follows from the answer.
package struct PollJob: Sendable {
    package enum End: Sendable, Equatable {
        /// The video is there.
        case completed
        /// There is nothing left to ask about from here.
        case ended
        case live, stalled
        /// Nothing was learned; try again after this pause.
        case postponed(Duration)
        /// There was no free place in the key's requests per minute; one may be free after this pause.
        case notAsked(Duration)
    }

    /// A job that has no end for so long, or that Vinci does not know so long after accepting it, is reported.
    private static let overdue: Duration = .seconds(24 * 3600)
    private static let unknownToVinci: Duration = .seconds(600)

    private let pool: KeyPool
    private let store: GatewayStore
    private let settle: SettleJob
    private let desk: StatusDesk
    private let metrics: GatewayMetrics
    private let clock: any WallClock
    private let logger: Logger

    package init(
        pool: KeyPool, store: GatewayStore, settle: SettleJob, desk: StatusDesk, metrics: GatewayMetrics,
        clock: any WallClock, logger: Logger
    ) {
        self.pool = pool
        self.store = store
        self.settle = settle
        self.desk = desk
        self.metrics = metrics
        self.clock = clock
        self.logger = logger
    }

    func callAsFunction(_ job: Job) async -> End {
        let end = await ask(job)
        // Whatever keeps it from being learned: an end that is overdue is reported.
        switch end {
        case .postponed: return await isOverdue(job) ? .stalled : end
        case .notAsked:
            // It keeps its place in the queue: of many overdue jobs on a narrow limit, each must get its turn.
            _ = await isOverdue(job)
            return end
        case .completed, .ended, .live, .stalled: return end
        }
    }

    private func ask(_ job: Job) async -> End {
        guard let requestID = job.requestID, let key = job.upstreamKey else { return .ended }
        switch await pool.slotForQuery(with: key) {
        case .busy(let wait): return .notAsked(wait)
        case .unavailable:
            logger.error(
                "a job cannot be followed: its upstream key is not known any more",
                metadata: ["job": "\(job.id)", "key": "\(key)"])
            return .postponed(.seconds(60))
        case .slot(let slot):
            let reading = await slot.upstream.status(of: requestID.text)
            pool.note(reading.rateLimit, of: key)
            metrics.upstreamRequest(key: key, call: "status", status: reading.outcome.label)
            switch reading.outcome {
            case .reply(let reply): return await take(reply, about: job)
            case .failed(let failure): return await explain(failure, about: job)
            }
        }
    }

    private func take(_ reply: StatusReply, about job: Job) async -> End {
        switch reply.status {
        case .pending, .processing:
            desk.confirm(job.id, reply)
            guard await tellOthers(reply, about: job) else { return .ended }
            return await isOverdue(job) ? .stalled : .live
        case .completed:
            return await settle(job, reply) ? .completed : .postponed(.seconds(2))
        case .failed:
            return await settle(job, reply) ? .ended : .postponed(.seconds(2))
        }
    }

    /// - Returns: false when the job is no longer this process's to follow.
    private func tellOthers(_ reply: StatusReply, about job: Job) async -> Bool {
        guard store.isShared else { return true }
        let live = LiveState(
            stage: reply.status == .processing ? .processing : .pending, progress: reply.progress, seenAt: clock.now())
        // A store that does not answer now will be told at the next poll.
        return (try? await store.note(live, of: job.id, fence: job.process)) ?? true
    }

    private func explain(_ failure: QueryFailure, about job: Job) async -> End {
        switch failure {
        case .status(404, _, _), .status(410, _, _):
            guard let acceptedAt = job.acceptedAt, clock.now().since(acceptedAt) > PollJob.unknownToVinci else {
                return .postponed(.seconds(5))
            }
            await stall(job, reason: "Vinci does not know the job that it accepted")
            return .stalled
        case .status(429, _, let retryAfter):
            let pause: Duration = .seconds(min(max(retryAfter ?? 30, 1), 120))
            if let key = job.upstreamKey { pool.note(.rateLimited(pause), of: key) }
            return .postponed(pause)
        case .status(let status, _, _):
            logger.warning(
                "Vinci refused a status call", metadata: ["job": "\(job.id)", "status": "\(status)"])
            return .postponed(.seconds(status == 401 || status == 403 ? 60 : 5))
        case .unreachable(let reason), .unreadable(let reason):
            logger.info("a status call failed", metadata: ["job": "\(job.id)", "reason": "\(reason)"])
            return .postponed(.seconds(5))
        }
    }

    private func isOverdue(_ job: Job) async -> Bool {
        guard let acceptedAt = job.acceptedAt, clock.now().since(acceptedAt) > PollJob.overdue else { return false }
        await stall(job, reason: "no end for more than 24 hours")
        return true
    }

    /// The money stays held: time alone proves nothing.
    private func stall(_ job: Job, reason: String) async {
        do throws(SQLFailure) {
            guard try await store.markStalled(job.id, reason: reason, at: clock.now()) else { return }
            logger.error("a job is stalled", metadata: ["job": "\(job.id)", "reason": "\(reason)"])
        } catch {
            logger.error("a stalled job could not be marked", metadata: ["job": "\(job.id)", "error": "\(error)"])
        }
    }
}
