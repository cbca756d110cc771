import Foundation
import VinciAPI

extension Provider {
    /// Creates the job if the account can still pay for it beside its open jobs.
    mutating func accept(
        _ order: VideoOrder, from visitor: Visitor, fate: JobFate, at now: Moment
    ) throws(VinciRefusal) -> OrderReply {
        guard let account = accounts[visitor.accountID] else { throw .invalidKey }
        let estimate = VideoLength(seconds: order.seconds).price
        guard account.available >= estimate else {
            throw .insufficientBalance(available: account.available, required: estimate)
        }
        guard !jobs.isFull else { throw .openJobsFull(max: jobs.jobsMax) }
        let length = fate.length ?? billedLength.length(ofSeconds: order.seconds)
        let job = Job(
            number: jobs.nextNumber, requestID: requestID(for: fate.identity, accountID: account.id),
            accountID: account.id, keyID: visitor.keyID, order: order,
            seed: order.seed < 0 ? random.next() : UInt64(order.seed), createdAt: now,
            takes: fate.takes ?? jobDuration, neverEnds: fate.neverEnds, error: fate.error, length: length,
            estimate: estimate, cost: fate.error == nil ? fate.cost(of: length) : .zero)
        jobs.add(job)
        accounts[account.id]?.jobOpened(estimate: estimate)
        return OrderReply(
            requestID: job.requestID, status: Job.Phase.pending.status.rawValue, estimatedCostUSD: estimate.decimal,
            estimatedDurationSeconds: Decimal(order.seconds))
    }

    private mutating func requestID(for identity: JobFate.Identity?, accountID: String) -> String {
        switch identity {
        case .given(let id): return id
        case .ofPreviousJob: return jobs.lastRequestID(of: accountID) ?? "req_" + random.base62(24)
        case nil: return "req_" + random.base62(24)
        }
    }

    func status(
        of requestID: String, for visitor: Visitor, at now: Moment, videoURL: (String) -> String
    ) throws(VinciRefusal) -> StatusReply {
        guard let job = jobs.job(requestID: requestID), job.accountID == visitor.accountID else {
            throw .noSuchRequest
        }
        let phase = job.phase(at: now)
        var reply = StatusReply(requestID: job.requestID, status: phase.status)
        switch phase {
        case .pending:
            reply.estimatedCostUSD = job.estimate.decimal
        case .processing(let progress):
            reply.estimatedCostUSD = job.estimate.decimal
            reply.progress = Decimal(progress)
        case .completed:
            reply.videoURL = videoURL(job.requestID)
            reply.durationSeconds = job.length.seconds
            reply.costUSD = job.cost.decimal
        case .failed(let error):
            reply.error = error
        }
        return reply
    }
}
