import AdminAPI
import GatewayCore
import GatewayStore
import VinciAPI

extension JobReply {
    /// As administrators see it.
    init(forAdmin job: Job, history: [SequencedAuditRecord]? = nil) {
        self.init(job)
        upstreamKey = job.upstreamKey?.text
        self.history = history.map(JobChange.steps)
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
