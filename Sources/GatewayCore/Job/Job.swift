/// One order, as the store knows it.
package struct Job: Sendable, Hashable {
    package var id: JobID
    package var owner: JobOwner
    package var kind: JobKind
    package var state: JobState
    /// Whole seconds ordered.
    package var seconds: Int
    package var estimatedCost: MicroUSD
    package var hold: MicroUSD
    /// The process that sends the order and follows the job; when it is gone, another one takes its place.
    package var process: ProcessID
    /// The Vinci key that sends, or sent, the order; nil while no key has been chosen.
    package var upstreamKey: UpstreamKeyID?
    package var requestID: RequestID?
    package var createdAt: Timestamp
    package var acceptedAt: Timestamp?
    package var endedAt: Timestamp?
    /// Set when Vinci has not known the job, or not ended it, for long.
    package var stalledAt: Timestamp?
    /// Kept on shared stores only, where other processes ask for it.
    package var live: LiveState?
    /// For completed and written-off jobs.
    package var result: VideoResult?
    /// Vinci's word on a failed or refused job, cleaned.
    package var error: String?

    package init(
        id: JobID, owner: JobOwner, kind: JobKind, state: JobState, seconds: Int, estimatedCost: MicroUSD,
        hold: MicroUSD, process: ProcessID, upstreamKey: UpstreamKeyID?, requestID: RequestID?, createdAt: Timestamp,
        acceptedAt: Timestamp?, endedAt: Timestamp?, stalledAt: Timestamp?, live: LiveState? = nil,
        result: VideoResult?, error: String?
    ) {
        self.id = id
        self.owner = owner
        self.kind = kind
        self.state = state
        self.seconds = seconds
        self.estimatedCost = estimatedCost
        self.hold = hold
        self.process = process
        self.upstreamKey = upstreamKey
        self.requestID = requestID
        self.createdAt = createdAt
        self.acceptedAt = acceptedAt
        self.endedAt = endedAt
        self.stalledAt = stalledAt
        self.live = live
        self.result = result
        self.error = error
    }
}

/// What a job makes its video from.
package enum JobKind: String, Sendable, CaseIterable {
    case text, image
}

/// The answer an order got, kept so that a retry gets the same one.
package enum OrderAnswer: Sendable, Hashable {
    /// Vinci's own reply, as the JSON text of its documented fields.
    case accepted(body: String)
    /// A complete refusal of Vinci's.
    case rejected(status: Int, detail: String)
    case unknown
}
