/// Finds out, on another session, whether a COMMIT was done whose answer was lost.
struct DoubtInquiry {
    let session: Session
    let claim: CommitMark.Claim
    let settings: PostgresSettings

    enum End: Equatable {
        case committed
        case notCommitted
        /// Not to be found out now; perhaps later.
        case unknown
        /// Never to be found out: the session's mark is gone.
        case untold
    }

    /// First ends the old session, which frees the rows it has locked. Then shuts its mark: that waits for a transaction
    /// which is still ending, and makes one that has not got so far fail. So the number read is final.
    ///
    /// What was read is believed only once this inquiry's own COMMIT is confirmed. It comes later in the server's log
    /// than the one in question; if it is safe, on the disk and on a standby that the server waits for, so is the other.
    func run(until deadline: Deadline) -> End {
        let own = min(deadline, Deadline(in: settings.statementTimeout))
        let warnings = session.link.notices.warnings
        do throws(LinkFault) {
            // May fail for want of rights; then the server's own limits end the old session.
            _ = try session.link.exchange([.run(termination)], until: own)
            let replies = try session.link.exchange(
                [.run("BEGIN ISOLATION LEVEL READ COMMITTED"), CommitMark.shut(claim.session), .run("COMMIT")],
                until: own)
            guard replies.firstError == nil, session.link.notices.warnings == warnings else {
                _ = try session.link.exchange([.run("ROLLBACK")], until: own)
                return .unknown
            }
            return judge(replies[1])
        } catch {
            return .unknown
        }
    }

    private func judge(_ shut: Reply) -> End {
        guard shut.rowCount == 1, let number = Int64(shut.text()) else { return .untold }
        return number >= claim.number ? .committed : .notCommitted
    }

    private var termination: String {
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '\(claim.session)'"
    }
}
