package import GatewayCore
import GatewayStore

/// What an operator found out about an order whose outcome was lost.
package enum Finding: Sendable, Hashable {
    /// Vinci never charged it.
    case notCharged
    /// Vinci charged this much for it.
    case charged(MicroUSD)
    /// Vinci knows it under this id.
    case found(RequestID)
}

/// Settles an unknown job on an operator's evidence.
package struct ResolveUnknown: Sendable {
    private let lease: ProcessLease
    private let recorder: StepRecorder
    private let desk: StatusDesk
    private let tracker: JobTracker
    private let metrics: GatewayMetrics

    package init(
        lease: ProcessLease, recorder: StepRecorder, desk: StatusDesk, tracker: JobTracker, metrics: GatewayMetrics
    ) {
        self.lease = lease
        self.recorder = recorder
        self.desk = desk
        self.tracker = tracker
        self.metrics = metrics
    }

    /// - reason: goes into the audit record.
    /// - Throws: `.notFound`; `.invalidRequest` for jobs that are not unknown.
    package func callAsFunction(
        _ job: JobID, _ finding: Finding, reason: String, _ permit: AdminPermit
    ) async throws(Refusal) -> Job {
        switch await recorder.record(transition(job, finding, reason, permit)) {
        case .none, .takenOver: throw .storageUnavailable
        case .noSuchJob: throw .notFound
        case .requestIDTaken: throw .invalidRequest(field: "request_id", rule: "names another job")
        case .tooLate(let state):
            throw .invalidRequest(field: "job_id", rule: "names a job that is \(state.rawValue), not unknown")
        case .done(let job):
            desk.put(job)
            tracker.track(job)
            count(job)
            return job
        }
    }

    private func count(_ job: Job) {
        metrics.job(job.kind, outcome: job.state.rawValue)
        if job.state == .writtenOff, let cost = job.result?.cost {
            metrics.spent(cost, team: job.owner.team, kind: job.kind)
        }
    }

    private func transition(
        _ job: JobID, _ finding: Finding, _ reason: String, _ permit: AdminPermit
    ) -> Transition {
        switch finding {
        case .notCharged:
            Transition(
                .notCreated, of: job, by: permit.actor, from: permit.source, error: "the order was not carried out",
                resolution: .release(verify: false), reason: reason)
        case .charged(let cost):
            Transition(
                .writtenOff, of: job, by: permit.actor, from: permit.source,
                result: VideoResult(url: nil, seconds: nil, cost: cost, isCostDerived: false),
                resolution: .writeOff(cost), reason: reason)
        case .found(let requestID):
            Transition(
                .accepted, of: job, by: permit.actor, from: permit.source, process: lease.current,
                requestID: requestID, reason: reason)
        }
    }
}
