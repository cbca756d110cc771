/// Everything that is written down.
package enum AuditAction: String, Sendable, CaseIterable {
    case orderAdmitted = "order.admitted"
    case orderRefused = "order.refused"
    case orderDispatched = "order.dispatched"
    case orderAccepted = "order.accepted"
    case orderNotCreated = "order.not_created"
    case orderUnknown = "order.unknown"
    case orderCancelled = "order.cancelled"
    case jobCompleted = "job.completed"
    case jobFailed = "job.failed"
    case jobWrittenOff = "job.written_off"
    case jobStalled = "job.stalled"

    case teamCreated = "team.created"
    case teamChanged = "team.changed"
    case teamArchived = "team.archived"
    case tokenIssued = "token.issued"
    case tokenChanged = "token.changed"
    case tokenRevoked = "token.revoked"
    case budgetSet = "budget.set"
    case budgetRemoved = "budget.removed"
    /// What is captured and held has reached a share of the limit.
    case budgetAlerted = "budget.alerted"
    case webhookCreated = "webhook.created"
    case webhookDeleted = "webhook.deleted"
    /// The endpoint said that it is gone for good.
    case webhookDisabled = "webhook.disabled"
    case webhookRedelivered = "webhook.redelivered"
    case upstreamKeyAdded = "upstream_key.added"
    case upstreamKeyChanged = "upstream_key.changed"
    case upstreamKeyRemoved = "upstream_key.removed"
    case adminIssued = "admin.issued"
    case adminRevoked = "admin.revoked"
    /// The account's total and the books began to differ beyond what open orders explain, or agree again.
    case accountCompared = "account.compared"
    case accountDriftAccepted = "account.drift_accepted"

    /// Aggregated: one record per address, reason and 10 s.
    case authenticationRefused = "authentication.refused"
    /// Aggregated: one record per token, job and minute; by a stream of events too, each status that it told.
    case statusRead = "status.read"
    /// Aggregated like ``statusRead``.
    case eventsLinked = "events.linked"
    /// Aggregated like ``statusRead``; by a signed link too, under the token that made it.
    case videoRead = "video.read"
    /// Aggregated like ``statusRead``.
    case videoLinked = "video.linked"
    /// Vinci gave a new URL for a video whose old one had expired.
    case videoURLRenewed = "video.url_renewed"

    /// Whether it only says that somebody looked.
    package var isReading: Bool { [.statusRead, .eventsLinked, .videoRead, .videoLinked].contains(self) }

    /// The job event that writes this record; nil for records of anything else.
    package var jobEvent: JobEvent? { JobEvent.allCases.first { AuditAction($0) == self } }

    /// The record that each job event writes, exactly one.
    package init(_ event: JobEvent) {
        switch event {
        case .dispatched: self = .orderDispatched
        case .accepted: self = .orderAccepted
        case .notCreated: self = .orderNotCreated
        case .outcomeLost: self = .orderUnknown
        case .cancelled: self = .orderCancelled
        case .completed: self = .jobCompleted
        case .failed: self = .jobFailed
        case .writtenOff: self = .jobWrittenOff
        }
    }
}
