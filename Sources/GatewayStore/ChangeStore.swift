package import GatewayCore
package import SQLDatabase

/// Something that the memory of every process must take note of.
package struct Change: Sendable, Hashable {
    package enum Topic: String, Sendable, CaseIterable {
        case team, token, budget
        case adminToken = "admin_token"
        case upstreamKey = "upstream_key"
        case account
    }

    /// Grows by one with each change, in the order of the commits.
    package let id: Int64
    package let topic: Topic
    /// The id of the team, token … that changed.
    package let object: String
}

extension GatewayStore {
    /// Changes after `id`, oldest first.
    package func changes(after id: Int64, limit: Int = 1000) async throws(SQLFailure) -> [Change] {
        try await database.read { (connection) throws(SQLFailure) in
            let rows = try connection.query(
                "SELECT id, topic, object FROM change WHERE id > $1 ORDER BY id LIMIT $2",
                [.integer(id), SQLValue(limit)])
            return try rows.map { (row) throws(SQLFailure) in
                Change(id: try row.integer("id"), topic: try row.choice("topic"), object: try row.text("object"))
            }
        }
    }
}

extension GatewayStore {
    /// - Returns: how many were removed; at most `limit`.
    package func forgetChanges(before cutoff: Timestamp, limit: Int) async throws(SQLFailure) -> Int {
        try await database.write { (connection) throws(SQLFailure) in
            .commit(
                try connection.execute(
                    "DELETE FROM change WHERE id IN (SELECT id FROM change WHERE at_us < $1 ORDER BY id LIMIT $2)",
                    [SQLValue(cutoff), SQLValue(limit)]))
        }
    }
}

extension SQLConnection {
    /// Tells every process, when this transaction commits.
    func announce(_ topic: Change.Topic, _ object: String, at now: Timestamp) throws(SQLFailure) {
        // Taking the head's row first makes later announcements wait for this commit: ids never appear out of order.
        guard
            let head = try row(
                "UPDATE change_head SET id = id + 1 WHERE name = 'change' RETURNING id", [])
        else { throw .unexpectedRow("change_head is empty") }
        try execute(
            "INSERT INTO change (id, at_us, topic, object) VALUES ($1, $2, $3, $4)",
            [.integer(try head.integer("id")), SQLValue(now), .text(topic.rawValue), .text(object)])
        try wakeOthers()
    }

    /// Makes others that announce something wait for this transaction.
    func lockChanges() throws(SQLFailure) {
        _ = try query("SELECT id FROM change_head WHERE name = 'change' FOR NO KEY UPDATE")
    }

    func lastChange() throws(SQLFailure) -> Int64 {
        try row("SELECT id FROM change_head WHERE name = 'change'", [])?.integer("id") ?? 0
    }
}
