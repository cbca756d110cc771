/// What a team may be told.
package enum WebhookEvent: String, Sendable, CaseIterable, Comparable {
    case jobCompleted = "job.completed"
    case jobFailed = "job.failed"
    case jobUnknown = "job.unknown"
    case budgetAlert = "budget.alert"

    /// What tells that a job has come into this state; nil for states that nobody is told of.
    package init?(reached state: JobState) {
        switch state {
        case .completed: self = .jobCompleted
        case .failed: self = .jobFailed
        case .unknown: self = .jobUnknown
        case .queued, .dispatching, .accepted, .refused, .cancelled, .writtenOff: return nil
        }
    }

    package static func < (left: WebhookEvent, right: WebhookEvent) -> Bool { left.rawValue < right.rawValue }
}

/// Where a team wants to be told of what. Its secret is not here.
package struct Webhook: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case active
        /// Its endpoint said that it is gone for good (410).
        case disabled
        /// Kept for the deliveries that name it; nobody sees it any more.
        case deleted
    }

    /// Of one team at a time, disabled ones included.
    package static let perTeamMax = 20

    package var id: WebhookID
    package var team: TeamID
    /// May hold a secret of the team's own: shown to the team, never logged.
    package var url: String
    package var events: Set<WebhookEvent>
    package var state: State
    package var createdAt: Timestamp
    /// When it was disabled or deleted.
    package var endedAt: Timestamp?
    /// Failed attempts since the last one that did not fail.
    package var failuresInARow: Int

    package init(
        id: WebhookID, team: TeamID, url: String, events: Set<WebhookEvent>, state: State = .active,
        createdAt: Timestamp, endedAt: Timestamp? = nil, failuresInARow: Int = 0
    ) {
        self.id = id
        self.team = team
        self.url = url
        self.events = events
        self.state = state
        self.createdAt = createdAt
        self.endedAt = endedAt
        self.failuresInARow = failuresInARow
    }
}
