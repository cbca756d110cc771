/// The proof that a COMMIT was done, should its answer get lost.
///
/// Every session has a row in `commit_mark`, durable before its first write. Each transaction that commits raises the
/// row's number as its last act, so the row tells afterwards which of the session's transactions were the last to commit.
/// The server's own `pg_xact_status` will not do: it is asked about a transaction's number, and after a crash of the
/// server a number that had not reached the disk is given out again. The answer could be about somebody else's
/// transaction, and would then be "committed" for one that is lost. See the decision "A COMMIT in doubt" (0008).
enum CommitMark {
    /// What one COMMIT would leave behind.
    struct Claim: Sendable, Equatable {
        let session: String
        let number: Int64
    }

    /// `last_number` shuts a session whose fate was looked into: no later number may then be written, so a COMMIT that
    /// still lay in some buffer fails. The room in each page lets the server renew rows in place.
    static let table = """
        CREATE TABLE IF NOT EXISTS commit_mark (
            session TEXT COLLATE "C" PRIMARY KEY,
            number BIGINT NOT NULL,
            last_number BIGINT NOT NULL,
            since TIMESTAMP WITH TIME ZONE NOT NULL,
            CONSTRAINT session_is_open CHECK (number <= last_number)
        ) WITH (fillfactor = 20)
        """

    /// Begins a session's row, in a transaction of its own.
    /// - replacing: an earlier session of the same thread, whose end is known.
    static func begin(_ session: String, replacing earlier: String?) -> [Request] {
        var requests = [Request.run("BEGIN ISOLATION LEVEL READ COMMITTED")]
        if let earlier { requests.append(.run(removal(of: earlier))) }
        return requests + [
            .run("INSERT INTO commit_mark VALUES ('\(session)', 0, \(Int64.max), clock_timestamp())"),
            .run("COMMIT"),
        ]
    }

    /// Prepares `raise`.
    static let preparation = Request.prepare(
        name: "commit_mark", sql: "UPDATE commit_mark SET number = $1 WHERE session = $2")

    static func raise(_ claim: Claim) -> Request {
        .execute(
            name: "commit_mark", [claim.number.bigEndianBytes, Array(claim.session.utf8)])
    }

    /// Shuts the session and tells its number, which cannot grow any more. Waits for a transaction of it that is still
    /// under way.
    static func shut(_ session: String) -> Request {
        .run("UPDATE commit_mark SET last_number = number WHERE session = '\(session)' RETURNING number")
    }

    /// Removes the row of a session that ends in peace. It need not reach the disk: should it come back, it is removed as
    /// an old one. So a store closes no later for a disk that is slow or stuck.
    static func end(_ session: String) -> [Request] {
        [.run("BEGIN"), .run("SET LOCAL synchronous_commit = off"), .run(removal(of: session)), .run("COMMIT")]
    }

    private static func removal(of session: String) -> String {
        "DELETE FROM commit_mark WHERE session = '\(session)'"
    }

    /// Rows that processes which died have left, once nobody can be asking for them.
    static let removalOfOld = """
        DELETE FROM commit_mark WHERE since < clock_timestamp() - interval '1 day' AND session NOT IN
            (SELECT application_name FROM pg_stat_activity WHERE application_name IS NOT NULL)
        """
}
