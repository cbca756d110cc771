import AdminAPI
import Foundation
import GatewayCore
import GatewayStore
import VinciAPI

extension JobReply {
    /// As the team sees it.
    init(_ job: Job) { self.init(job, upstreamKey: nil, history: nil) }

    /// As administrators see it.
    init(forAdmin job: Job, history: [SequencedAuditRecord]? = nil) {
        self.init(job, upstreamKey: job.upstreamKey?.text, history: history.map(JobChange.steps))
    }

    private init(_ job: Job, upstreamKey: String?, history: [JobChange]?) {
        self.init(
            jobID: job.id.text, requestID: job.requestID?.text, team: job.owner.team.text,
            keyID: job.owner.token.text, kind: job.kind == .text ? .text : .image, state: job.state.rawValue,
            seconds: job.result?.seconds ?? Decimal(job.seconds), estimatedCostUSD: job.estimatedCost.decimal,
            holdUSD: job.hold.decimal, costUSD: job.result?.cost.decimal, createdAt: job.createdAt.rfc3339,
            acceptedAt: job.acceptedAt?.rfc3339, endedAt: job.endedAt?.rfc3339, videoURL: job.result?.url,
            error: job.error, upstreamKey: upstreamKey, history: history)
    }
}

extension JobChange {
    /// The records of a job's steps, oldest first, as changes of its state.
    fileprivate static func steps(_ records: [SequencedAuditRecord]) -> [JobChange] {
        var changes: [JobChange] = []
        for stored in records {
            guard let state = stored.record.resultingState else { continue }
            changes.append(
                JobChange(
                    at: stored.record.at.rfc3339, from: changes.last?.to, to: state.rawValue,
                    reason: stored.record.action == .orderAdmitted ? nil : stored.record.detail))
        }
        return changes
    }
}

extension AuditRecord {
    /// The state that the recorded step led to; an admission names it in its detail.
    fileprivate var resultingState: JobState? {
        if action == .orderAdmitted { return detail.flatMap(JobState.init(rawValue:)) }
        return JobEvent.allCases.first { AuditAction($0) == action }?.target
    }
}
