package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// Writes records that belong to no other transaction: aggregated reads and refused authentications.
    package func append(_ records: [AuditRecord]) async throws(SQLFailure) {
        try await database.write { (connection) throws(SQLFailure) in
            for record in records { try connection.append(record) }
            return .commit(())
        }
    }

    /// Records after `after`, oldest first.
    /// - limit: at most this many.
    package func audit(
        after: Int64, team: TeamID? = nil, action: AuditAction? = nil, object: String? = nil, limit: Int
    ) async throws(SQLFailure) -> [SequencedAuditRecord] {
        var conditions = ["seq > $1"]
        var parameters: [SQLValue] = [.integer(after)]
        for (column, value) in [("team_id", team?.text), ("action", action?.rawValue), ("object", object)] {
            guard let value else { continue }
            parameters.append(.text(value))
            conditions.append("\(column) = $\(parameters.count)")
        }
        parameters.append(SQLValue(limit))
        let sql = """
            SELECT * FROM audit WHERE \(conditions.joined(separator: " AND ")) ORDER BY seq LIMIT $\(parameters.count)
            """
        let bound = parameters
        return try await database.read { (connection) throws(SQLFailure) in
            try connection.query(sql, bound).map(SequencedAuditRecord.init)
        }
    }
}

extension SQLConnection {
    /// Adds a record to the running transaction.
    func append(_ record: AuditRecord) throws(SQLFailure) {
        try execute(
            """
            INSERT INTO audit (at_us, actor, team_id, action, object, outcome, hold_micro_usd, cost_micro_usd,
                upstream_request_id, upstream_status, client_address, origin, call_id, prompt_hash, prompt_characters,
                prompt, detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """,
            [
                SQLValue(record.at), .text(record.actor.text), SQLValue(record.team), .text(record.action.rawValue),
                .text(record.object), .text(record.outcome.rawValue), SQLValue(record.hold), SQLValue(record.cost),
                SQLValue(record.upstreamRequestID), SQLValue(record.upstreamStatus),
                SQLValue(record.source.clientAddress), SQLValue(record.source.origin),
                SQLValue(record.source.requestID), record.prompt.map { .blob($0.hash) } ?? .null,
                SQLValue(record.prompt?.characters), SQLValue(record.prompt?.text), SQLValue(record.detail),
            ])
    }
}

/// A stored record with its place in the log.
package struct SequencedAuditRecord: Sendable {
    /// Growing, not always by one.
    package let seq: Int64
    package let record: AuditRecord

    init(_ row: SQLRow) throws(SQLFailure) {
        seq = try row.integer("seq")
        guard let actor = Actor(try row.text("actor")) else { throw .unexpectedRow("actor of audit record \(seq)") }
        record = AuditRecord(
            at: try row.instant("at_us"),
            actor: actor,
            team: try row.textIfAny("team_id").map(TeamID.init(stored:)),
            action: try row.choice("action"),
            object: try row.text("object"),
            outcome: try row.choice("outcome"),
            hold: try row.amountIfAny("hold_micro_usd"),
            cost: try row.amountIfAny("cost_micro_usd"),
            upstreamRequestID: try row.textIfAny("upstream_request_id").map(RequestID.init(checked:)),
            upstreamStatus: try row.numberIfAny("upstream_status"),
            source: CallSource(
                clientAddress: try row.textIfAny("client_address"),
                origin: try row.textIfAny("origin"),
                requestID: try row.textIfAny("call_id")),
            prompt: try AuditedPrompt(row: row),
            detail: try row.textIfAny("detail"))
    }
}

extension AuditedPrompt {
    fileprivate init?(row: SQLRow) throws(SQLFailure) {
        guard let hash = try row.blobIfAny("prompt_hash") else { return nil }
        self.init(hash: hash, characters: try row.number("prompt_characters"), text: try row.textIfAny("prompt"))
    }
}
