package import Foundation
package import GatewayCore
package import VinciAPI

/// Where a job stands as its viewers are told: Vinci's four words for it.
package struct JobStatus: Sendable, Equatable {
    package enum Phase: Sendable, Equatable {
        case pending
        /// 0…100, when Vinci said so.
        case processing(progress: Decimal?)
        case completed(VideoResult)
        case failed(reason: String)
    }

    package let job: JobID
    package let owner: JobOwner
    /// Vinci's id; nil while there is none.
    package let requestID: RequestID?
    package let estimatedCost: MicroUSD
    package var phase: Phase

    package init(_ job: Job) {
        self.job = job.id
        owner = job.owner
        requestID = job.requestID
        estimatedCost = job.estimatedCost
        phase = Phase(job)
    }

    package var isEnded: Bool {
        switch phase {
        case .pending, .processing: false
        case .completed, .failed: true
        }
    }

    /// Vinci's own shape. A job that has no request id goes by its local one.
    package var reply: StatusReply {
        let id = requestID?.text ?? job.text
        switch phase {
        case .pending:
            return StatusReply(requestID: id, status: .pending, estimatedCostUSD: estimatedCost.decimal)
        case .processing(let progress):
            return StatusReply(
                requestID: id, status: .processing, estimatedCostUSD: estimatedCost.decimal, progress: progress)
        case .completed(let result):
            return StatusReply(
                requestID: id, status: .completed, videoURL: result.url, durationSeconds: result.seconds,
                costUSD: result.cost.decimal)
        case .failed(let reason):
            return StatusReply(requestID: id, status: .failed, error: reason)
        }
    }

    /// Takes over a live state, which may only move forward.
    mutating func advance(to live: StatusReply) {
        if live.status == .processing { phase.advance(toProgress: live.progress) }
    }

    /// What is known already of the same job's live state is not forgotten.
    mutating func keep(_ before: JobStatus) {
        guard !isEnded, case .processing(let progress) = before.phase else { return }
        phase.advance(toProgress: progress)
    }
}

extension JobStatus.Phase {
    fileprivate mutating func advance(toProgress progress: Decimal?) {
        switch self {
        case .pending: self = .processing(progress: progress)
        case .processing(let before): self = .processing(progress: [before, progress].compactMap(\.self).max())
        case .completed, .failed: break
        }
    }
}

extension JobStatus.Phase {
    fileprivate init(_ job: Job) {
        switch job.state {
        case .accepted where job.live?.stage == .processing:
            self = .processing(progress: job.live?.progress)
        case .queued, .dispatching, .accepted, .unknown:
            self = .pending
        case .completed:
            self = job.result.map(JobStatus.Phase.completed) ?? .failed(reason: "the video's record is missing")
        case .failed, .refused, .cancelled:
            self = .failed(reason: job.error ?? "Generation failed")
        case .writtenOff:
            self = .failed(reason: "the order's outcome was lost; an operator has settled it")
        }
    }
}
