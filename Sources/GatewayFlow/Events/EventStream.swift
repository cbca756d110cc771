package import GatewayCore
import GatewayStore

/// What one follower of a job is told, from the first state to the end.
package struct EventStream: Sendable {
    package enum Step: Sendable {
        /// - events: one or both of a state that the follower does not know; the end is always the last step.
        /// - to: the caller as it is now.
        case news([StreamEvent], of: StatusDesk.Answer, to: Caller)
        /// Nothing has happened for a while.
        case heartbeat
    }

    /// What was found when the stream was asked for.
    package let first: StatusDesk.Answer
    private let flow: FollowJob
    private let head: RequestHead
    private let action: Action
    private let lastID: String?

    init(flow: FollowJob, head: RequestHead, action: Action, first: StatusDesk.Answer, after lastID: String?) {
        self.flow = flow
        self.head = head
        self.action = action
        self.first = first
        self.lastID = lastID
    }

    package var job: JobID { first.status.job }

    /// Whether the client knows the end already.
    package var isOver: Bool {
        guard first.status.isEnded, let text = first.text else { return false }
        var cursor = EventCursor(after: lastID)
        return cursor.advance(to: text.digest, isEnded: true).isEmpty
    }

    /// How far the stream has come.
    private struct Progress {
        var cursor: EventCursor
        /// Why it looks again.
        var reasons: StreamSignal.Reasons = []
        var isFirst = true
        /// To be told now.
        var text: String?
        var isOver = false
    }

    /// Tells until the job has ended, the client has left, its token no longer permits it, or the gateway stops. Changes that
    /// come while `tell` runs are told as one, the last.
    /// - signal: is raised when the client leaves.
    /// - render: a step as it is told.
    @concurrent package func run(
        _ signal: StreamSignal, render: @Sendable (Step) throws -> String,
        _ tell: @concurrent (String) async throws -> Void
    ) async throws {
        // Before the first look: what changes after it is signalled.
        let listener = flow.desk.listen(to: job) { signal.raise(.change) }
        let seat = flow.heartbeats.join { signal.raise(.heartbeat) }
        defer {
            flow.desk.stopListening(listener)
            flow.heartbeats.leave(seat)
        }
        var progress = Progress(cursor: EventCursor(after: lastID))
        while true {
            await flow.readStatus.remember(job)
            try look(&progress, render)
            if let text = progress.text { try await tell(text) }
            guard !progress.isOver, !flow.desk.isClosed else { return }
            progress.reasons = await signal.wait()
            if progress.reasons.contains(.left) { return }
        }
    }

    /// Not asynchronous, and in no frame but its own: what it needs for a moment would be kept by a task for as long as it
    /// lives, and thousands of streams sleep.
    @inline(never) private func look(_ progress: inout Progress, _ render: (Step) throws -> String) throws {
        let (isFirst, isBeat) = (progress.isFirst, progress.reasons.contains(.heartbeat))
        (progress.text, progress.isFirst) = (nil, false)
        var recollection: Directory.Recollection?
        guard let answer = flow.desk.find(.job(job)), let text = answer.text,
            let caller = flow.checks.stillPermitted(head, for: action, recalling: &recollection),
            caller.maySee(jobOf: answer.status.owner)
        else {
            progress.isOver = true
            return
        }
        progress.isOver = answer.status.isEnded
        if isFirst || isBeat, !progress.isOver { flow.tracker.watch(job) }
        let events = progress.cursor.advance(to: text.digest, isEnded: progress.isOver)
        if !events.isEmpty {
            // The one that was asked for has been noted as a read.
            if !isFirst { flow.tally.noteRead(of: job, by: caller, from: head.source) }
            progress.text = try render(.news(events, of: answer, to: caller))
        } else if isBeat {
            progress.text = try render(.heartbeat)
        }
    }
}
