package import GatewayCore

/// A viewer's wish to be told of every change of a job until its end.
package struct FollowJob: Sendable {
    let readStatus: ReadStatus
    let desk: StatusDesk
    let heartbeats: Heartbeats
    let checks: HeadChecks
    let tracker: JobTracker
    let tally: AuditTally

    package init(
        readStatus: ReadStatus, desk: StatusDesk, heartbeats: Heartbeats, checks: HeadChecks, tracker: JobTracker,
        tally: AuditTally
    ) {
        self.readStatus = readStatus
        self.desk = desk
        self.heartbeats = heartbeats
        self.checks = checks
        self.tracker = tracker
        self.tally = tally
    }

    /// Counts as one read of the status. Nothing is kept open before ``EventStream/run(_:_:)``.
    /// - name: Vinci's request id or our job id, unchecked.
    /// - lastID: of the last event that the client has got, as it says.
    /// - head: what `paced` came from; it is checked again while the stream is open.
    /// - Throws: `.notFound` for what does not exist, has no valid name or belongs to somebody else: all the same.
    package func callAsFunction(
        _ paced: Paced, _ name: String, after lastID: String?, by head: RequestHead
    ) async throws(Refusal) -> EventStream {
        let answer = try await readStatus(paced, name, wait: nil, from: head.source)
        return EventStream(flow: self, head: head, action: paced.permit.action, first: answer, after: lastID)
    }
}
