import GatewayStore
import SQLDatabase
import Testing
import VinciAPI

/// A bug as others have made it, and the rule that it breaks.
struct PlantedBug: Sendable, CustomTestStringConvertible {
    let name: String
    /// Begins the rule that a world must report, among others.
    let rule: String
    let sabotage: Sabotage
    /// Within so many seeds.
    var seeds: UInt64 = 300

    var testDescription: String { name }

    static let all = money + records + orders + memory
}

extension PlantedBug {
    private static let money = [
        PlantedBug(
            name: "money is released when the outcome is unknown", rule: "P1: money is never released silently",
            sabotage: PlantedBug.line { line, request, terms in
                let reading = await line.submit(request, terms)
                guard case .unknown = reading.outcome else { return reading }
                return Reading(.notCreated(.notSent(reason: "time-out")))
            }),
        PlantedBug(
            name: "a capture is added twice", rule: "I2",
            sabotage: Sabotage(
                connection: Tampered.executing { (connection, sql, parameters) throws(SQLFailure) in
                    let changed = try connection.execute(sql, parameters)
                    if sql.hasPrefix("UPDATE owner_spend SET held_micro_usd = held_micro_usd -") {
                        var again = parameters
                        again[2] = 0
                        _ = try connection.execute(sql, again)
                    }
                    return changed
                })),
        PlantedBug(
            name: "a budget is checked first and taken from later", rule: "P2",
            sabotage: Sabotage(writing: .checkedFirst), seeds: 1000),
        PlantedBug(
            name: "a settlement counts for the next day", rule: "I1",
            sabotage: Sabotage(
                connection: Tampered.querying { (connection, sql, parameters) throws(SQLFailure) in
                    var parameters = parameters
                    if sql.hasPrefix("UPDATE budget_window SET held_micro_usd = held_micro_usd -"),
                        case .integer(let start) = parameters[3]
                    {
                        parameters[3] = .integer(start + 86_400_000_000)
                    }
                    return try connection.query(sql, parameters)
                })),
        PlantedBug(
            name: "a cost loses a millionth", rule: "the true cost is captured",
            sabotage: Sabotage(
                connection: Tampered.executing { (connection, sql, parameters) throws(SQLFailure) in
                    var parameters = parameters
                    if let place = PlantedBug.place(of: "cost_micro_usd", in: sql),
                        case .integer(let cost) = parameters[place], cost > 0
                    {
                        parameters[place] = .integer(cost - 1)
                    }
                    if sql.hasPrefix("INSERT INTO hold_resolution"), case .integer(let cost) = parameters[2], cost > 0 {
                        parameters[2] = .integer(cost - 1)
                    }
                    return try connection.execute(sql, parameters)
                })),
    ]

    private static let records = [
        PlantedBug(
            name: "an acceptance has no audit record", rule: "I8",
            sabotage: Sabotage(connection: Tampered.executing(PlantedBug.withoutRecord(of: "order.accepted")))),
        PlantedBug(
            name: "a budget's change has no audit record", rule: "P8",
            sabotage: Sabotage(connection: Tampered.executing(PlantedBug.withoutRecord(of: "budget.removed")))),
        PlantedBug(
            name: "an ended job is changed", rule: "I4",
            sabotage: Sabotage(
                connection: Tampered.executing(
                    PlantedBug.after("status.read", "UPDATE job SET video_url = 'elsewhere' WHERE id = $1")))),
        PlantedBug(
            name: "a record is changed", rule: "P4",
            sabotage: Sabotage(
                connection: Tampered.executing(
                    PlantedBug.after("job.completed", "UPDATE audit SET detail = 'nothing' WHERE object = $1")))),
    ]

    private static let orders = [
        PlantedBug(
            name: "an order is sent again after a time-out", rule: "P1: an order is sent at most once",
            sabotage: PlantedBug.line { line, request, terms in
                let reading = await line.submit(request, terms)
                guard case .unknown = reading.outcome else { return reading }
                return await line.submit(request, terms)
            }),
        PlantedBug(
            name: "the answer leaves before its commit", rule: "I9", sabotage: Sabotage(writing: .answeredFirst)),
        PlantedBug(
            name: "a key is not claimed", rule: "P5",
            sabotage: Sabotage(
                connection: Tampered.executing { (connection, sql, parameters) throws(SQLFailure) in
                    sql.hasPrefix("INSERT INTO idempotency") ? 1 : try connection.execute(sql, parameters)
                })),
        PlantedBug(
            name: "a repetition is not looked for", rule: "§4: a repetition",
            sabotage: Sabotage(
                connection: Tampered.querying { (connection, sql, parameters) throws(SQLFailure) in
                    sql.contains("FROM job WHERE key_id = $1 AND fingerprint = $2")
                        ? [] : try connection.query(sql, parameters)
                })),
    ]

    private static let memory = [
        PlantedBug(
            name: "a process that stood still sends all the same", rule: "P1: an order is sent only while",
            sabotage: PlantedBug.line { line, request, terms in
                await line.submit(request, SendTerms(patience: terms.patience, late: terms.late))
            }, seeds: 1500),
        PlantedBug(
            name: "a restart does not recover what may have been sent", rule: "every order comes to its end",
            sabotage: Sabotage(
                connection: Tampered.querying { (connection, sql, parameters) throws(SQLFailure) in
                    sql.hasPrefix("UPDATE job SET process_id") ? [] : try connection.query(sql, parameters)
                })),
        PlantedBug(
            name: "Vinci's last word on an order is forgotten", rule: "every order comes to its end",
            sabotage: Sabotage(upstream: { line, _ in
                DeviantLine(
                    line: line,
                    onStatus: { reading in
                        guard case .reply(let reply) = reading.outcome, reply.status == .completed else {
                            return reading
                        }
                        return Reading(.reply(StatusReply(requestID: reply.requestID, status: .processing)))
                    })
            })),
    ]

    private static func line(_ submit: @escaping DeviantLine.Submit) -> Sabotage {
        Sabotage(upstream: { line, _ in DeviantLine(line: line, onSubmit: submit) })
    }

    /// Which of its parameters an `UPDATE job` gives a column.
    private static func place(of column: String, in sql: String) -> Int? {
        guard sql.hasPrefix("UPDATE job"), let start = sql.firstRange(of: "\(column) = $")?.upperBound
        else { return nil }
        return Int(sql[start...].prefix(while: \.isWholeNumber)).map { $0 - 1 }
    }

    private static func withoutRecord(of action: String) -> Tampered.Execute {
        { (connection, sql, parameters) throws(SQLFailure) in
            let isMeant = sql.hasPrefix("INSERT INTO audit") && parameters[3] == .text(action)
            return isMeant ? 1 : try connection.execute(sql, parameters)
        }
    }

    /// - statement: gets the object of the record as `$1`.
    private static func after(_ action: String, _ statement: String) -> Tampered.Execute {
        { (connection, sql, parameters) throws(SQLFailure) in
            let changed = try connection.execute(sql, parameters)
            if sql.hasPrefix("INSERT INTO audit"), parameters[3] == .text(action) {
                _ = try connection.execute(statement, [parameters[4]])
            }
            return changed
        }
    }
}
