import GatewayCore
import SQLDatabase

// I3: every admission on record is taken once more, in the order in which they happened, against the limits that were in
// force at that moment. On every engine a record's number is drawn while its owners' rows are locked, so of one owner the
// numbers are in the order of the commits.

extension SQLConnection {
    /// Every admission that went past a limit. Reads page by page; memory grows with budgets and open holds only.
    func overspentAdmissions() throws(SQLFailure) -> [LedgerViolation] {
        var replay = LedgerReplay()
        var last: Int64 = 0
        while replay.violations.count < 1000 {
            let rows = try query(LedgerReplay.page, [.integer(last)])
            for row in rows where try LedgerReplay.actions.contains(row.text("action")) {
                try replay.take(row, asking: self)
            }
            guard let newest = try rows.last?.integer("seq") else { break }
            last = newest
        }
        return replay.violations
    }

    /// What the ledger said about holds placed in `interval` just before a record was written.
    fileprivate func figures(
        of owner: BudgetOwner, in interval: PeriodInterval, before seq: Int64
    ) throws(SQLFailure) -> BudgetFigures {
        let (condition, parameters): (String, [SQLValue]) =
            switch owner {
            case .organization: ("", [])
            case .team(let id): ("AND hold.team_id = $4", [SQLValue(id)])
            case .token(let id): ("AND hold.key_id = $4", [SQLValue(id)])
            }
        let end = interval.end ?? Timestamp(microseconds: .max)
        let row = try row(
            """
            SELECT CAST(COALESCE(SUM(ending.cost_micro_usd), 0) AS BIGINT) AS captured_micro_usd,
                CAST(COALESCE(SUM(CASE WHEN ending.seq IS NULL THEN hold.amount_micro_usd ELSE 0 END), 0) AS BIGINT)
                    AS held_micro_usd
            FROM hold JOIN audit AS admission ON admission.object = hold.job_id
                    AND admission.action = 'order.admitted' AND admission.seq < $3
                LEFT JOIN audit AS ending ON ending.object = hold.job_id
                    AND ending.action IN (\(LedgerReplay.endings)) AND ending.seq < $3
            WHERE hold.placed_us >= $1 AND hold.placed_us < $2 \(condition)
            """, [SQLValue(interval.start), SQLValue(end), .integer(seq)] + parameters)
        return try row.map(BudgetFigures.init(row:)) ?? .none
    }
}

/// Budgets and open holds as they were after some record.
private struct LedgerReplay {
    private static let ends: [AuditAction] =
        [.orderNotCreated, .orderCancelled, .jobCompleted, .jobFailed, .jobWrittenOff]
    static let endings = ends.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    static let actions = Set(([.orderAdmitted, .budgetSet, .budgetRemoved] + ends).map(\.rawValue))
    /// Records of all kinds: asked for some only, SQLite would sort all that are left for every page.
    static let page = """
        SELECT seq, at_us, actor, team_id, action, object, hold_micro_usd, cost_micro_usd, detail FROM audit
        WHERE seq > $1 ORDER BY seq LIMIT 1000
        """

    private struct OpenHold {
        let owner: JobOwner
        let amount: MicroUSD
        let placed: Timestamp
    }

    private struct Ruling {
        let budget: Budget
        /// By their start; worked out from the ledger when first needed.
        var windows: [Timestamp: BudgetFigures] = [:]
        /// Most orders fall into the same period as the one before, and a calendar is slow.
        private var recent: PeriodInterval?

        init(_ budget: Budget) { self.budget = budget }

        mutating func interval(containing instant: Timestamp) -> PeriodInterval {
            if let recent, recent.start <= instant, recent.end.map({ instant < $0 }) ?? true { return recent }
            let interval = budget.period.interval(containing: instant, in: budget.zone)
            recent = interval
            return interval
        }
    }

    private var rulings: [String: Ruling] = [:]
    private var open: [String: OpenHold] = [:]
    private(set) var violations: [LedgerViolation] = []

    mutating func take(_ row: SQLRow, asking connection: some SQLConnection) throws(SQLFailure) {
        let object = try row.text("object")
        switch try row.choice("action", AuditAction.self) {
        case .orderAdmitted: try admit(object, row, asking: connection)
        case .budgetSet: rulings[object] = Budget(source: object, terms: try row.text("detail")).map(Ruling.init)
        case .budgetRemoved: rulings[object] = nil
        default: try end(object, charged: try row.amountIfAny("cost_micro_usd") ?? .zero)
        }
    }

    private mutating func admit(
        _ job: String, _ row: SQLRow, asking connection: some SQLConnection
    ) throws(SQLFailure) {
        guard case .token(let token)? = Actor(try row.text("actor")), let team = try row.textIfAny("team_id") else {
            // Of a record without an owner other checks tell.
            return
        }
        let hold = OpenHold(
            owner: JobOwner(team: TeamID(stored: team), token: token), amount: try row.amount("hold_micro_usd"),
            placed: try row.instant("at_us"))
        for owner in BudgetOwner.all(of: hold.owner) {
            for period in BudgetPeriod.allCases {
                try add(
                    hold, of: job, to: "\(owner)/\(period.rawValue)", before: row.integer("seq"), asking: connection)
            }
        }
        open[job] = hold
    }

    private mutating func add(
        _ hold: OpenHold, of job: String, to source: String, before seq: Int64, asking connection: some SQLConnection
    ) throws(SQLFailure) {
        guard let budget = rulings[source]?.budget,
            let interval = rulings[source]?.interval(containing: hold.placed)
        else { return }
        var figures =
            if let known = rulings[source]?.windows[interval.start] { known } else {
                try connection.figures(of: budget.owner, in: interval, before: seq)
            }
        do throws(MoneyFault) {
            figures.held = try figures.held.adding(hold.amount)
            let committed = try figures.captured.adding(figures.held)
            if committed > budget.limit {
                violations.append(
                    LedgerViolation(
                        invariant: "I3", object: job,
                        detail:
                            "was admitted with $\(committed) committed to \(source), whose limit was $\(budget.limit)"))
            }
        } catch {
            throw .unexpectedRow("the figures of \(source) leave the range of amounts")
        }
        rulings[source]?.windows[interval.start] = figures
    }

    private mutating func end(_ job: String, charged: MicroUSD) throws(SQLFailure) {
        guard let hold = open.removeValue(forKey: job) else { return }
        for owner in BudgetOwner.all(of: hold.owner) {
            for period in BudgetPeriod.allCases { try move(hold, charged: charged, in: "\(owner)/\(period.rawValue)") }
        }
    }

    /// A window that nobody has needed yet is worked out with this end in it.
    private mutating func move(_ hold: OpenHold, charged: MicroUSD, in source: String) throws(SQLFailure) {
        guard let start = rulings[source]?.interval(containing: hold.placed).start,
            var figures = rulings[source]?.windows[start]
        else { return }
        do throws(MoneyFault) {
            figures.held = try figures.held.subtracting(hold.amount)
            figures.captured = try figures.captured.adding(charged)
        } catch {
            throw .unexpectedRow("the figures of \(source) leave the range of amounts")
        }
        rulings[source]?.windows[start] = figures
    }
}
