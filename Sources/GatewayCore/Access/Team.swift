/// A team as an administrator set it up.
package struct Team: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        case active, suspended
        /// Gone for good: its tokens are as if unknown, its record stays.
        case archived
    }

    package var id: TeamID
    package var name: String
    package var state: State
    /// Orders and key calls per minute of all its tokens together; nil: only the tokens' own limits hold.
    package var requestsPerMinute: Int?
    /// Jobs that may be open at once; nil: the configured default.
    package var openJobsMax: Int?
    /// Origins allowed to every token that names none of its own.
    package var allowedOrigins: Set<Origin>
    package var createdAt: Timestamp

    package init(
        id: TeamID, name: String, state: State, requestsPerMinute: Int?, openJobsMax: Int?,
        allowedOrigins: Set<Origin>, createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.requestsPerMinute = requestsPerMinute
        self.openJobsMax = openJobsMax
        self.allowedOrigins = allowedOrigins
        self.createdAt = createdAt
    }
}
