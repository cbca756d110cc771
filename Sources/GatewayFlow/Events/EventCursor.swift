/// One event of a job, as its followers are told.
package struct StreamEvent: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// The job's state is now another.
        case status
        /// It will not change any more.
        case end
    }

    package let kind: Kind
    /// The same in every process; a follower that comes back names the last one that it got.
    package let id: String
}

/// How far one follower has come. Pure.
struct EventCursor {
    private var lastID: String?

    /// - lastID: of the last event that the follower got, as it says.
    init(after lastID: String?) { self.lastID = lastID }

    /// What the follower does not know yet of a job in this state; states that nobody was told of meanwhile are left out.
    /// - digest: of the state.
    mutating func advance(to digest: String, isEnded: Bool) -> [StreamEvent] {
        var events = [StreamEvent(kind: .status, id: digest)]
        // An id of its own: a connection that breaks between the two loses neither.
        if isEnded { events.append(StreamEvent(kind: .end, id: digest + ".end")) }
        if let known = events.lastIndex(where: { $0.id == lastID }) { events.removeFirst(known + 1) }
        lastID = events.last?.id ?? lastID
        return events
    }
}
