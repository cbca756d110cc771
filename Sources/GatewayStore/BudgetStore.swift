package import GatewayCore
package import SQLDatabase

extension GatewayStore {
    /// Sets or replaces a budget. Its figures start with what was already held and captured in the running period.
    /// - Returns: false when the owner does not exist.
    package func set(_ budget: Budget, by actor: Actor, from source: CallSource, at now: Timestamp)
        async throws(SQLFailure) -> Bool
    {
        try await database.write { (connection) throws(SQLFailure) in
            guard let concerned = try connection.concerned(by: budget.owner) else { return .rollback(false) }
            try connection.lock(budget.owner)
            let interval = budget.period.interval(containing: now, in: budget.zone)
            let alerted = try connection.alerted(for: budget, start: interval.start)
            try connection.upsert(budget)
            try connection.forgetWindows(of: budget.owner, per: budget.period)
            // All time is summed up already, and with a long ledger a sum holds every order up.
            let figures =
                budget.period == .total
                ? try connection.spend(of: budget.owner)
                : try connection.ledgerFigures(of: budget.owner, in: interval)
            try connection.insertWindow(of: budget, start: interval.start, figures, alerted: alerted)
            try connection.announce(.budget, budget.source, at: now)
            try connection.append(
                AuditRecord(
                    at: now, actor: actor, team: concerned.team, action: .budgetSet, object: budget.source,
                    source: source, detail: budget.terms))
            try connection.alert(
                BudgetStatus(budget: budget, interval: interval, figures: figures), beyond: alerted,
                to: concerned.team, at: now)
            return .commit(true)
        }
    }

    /// - Returns: false when there was no such budget.
    package func removeBudget(
        of owner: BudgetOwner, per period: BudgetPeriod, by actor: Actor, from source: CallSource, at now: Timestamp
    ) async throws(SQLFailure) -> Bool {
        try await database.write { (connection) throws(SQLFailure) in
            guard let concerned = try connection.concerned(by: owner) else { return .rollback(false) }
            try connection.lock(owner)
            let removed = try connection.execute(
                "DELETE FROM budget WHERE owner_kind = $1 AND owner_id = $2 AND period = $3",
                owner.columns + [.text(period.rawValue)])
            guard removed == 1 else { return .rollback(false) }
            try connection.forgetWindows(of: owner, per: period)
            let name = "\(owner)/\(period.rawValue)"
            try connection.announce(.budget, name, at: now)
            try connection.append(
                AuditRecord(
                    at: now, actor: actor, team: concerned.team, action: .budgetRemoved, object: name, source: source))
            return .commit(true)
        }
    }

    /// All budgets with their figures in the running period, by owner and period.
    package func budgetStatuses(at now: Timestamp) async throws(SQLFailure) -> [BudgetStatus] {
        try await database.read { (connection) throws(SQLFailure) in
            let rows = try connection.query("SELECT * FROM budget ORDER BY owner_kind, owner_id, period")
            return try connection.statuses(of: rows.map(Budget.init(row:)), at: now)
        }
    }

    /// What the owner has captured and holds, for all time.
    package func spend(of owner: BudgetOwner) async throws(SQLFailure) -> BudgetFigures {
        try await database.read { (connection) throws(SQLFailure) in try connection.spend(of: owner) }
    }
}

extension SQLConnection {
    func spend(of owner: BudgetOwner) throws(SQLFailure) -> BudgetFigures {
        let row = try row(
            "SELECT captured_micro_usd, held_micro_usd FROM owner_spend WHERE owner_kind = $1 AND owner_id = $2",
            owner.columns)
        return try row.map(BudgetFigures.init(row:)) ?? .none
    }

    /// The budgets of these owners in a fixed order, so that two transactions take their rows alike.
    func budgets(of owners: [BudgetOwner]) throws(SQLFailure) -> [Budget] {
        var budgets: [Budget] = []
        for owner in owners {
            let rows = try query(
                "SELECT * FROM budget WHERE owner_kind = $1 AND owner_id = $2 ORDER BY period", owner.columns)
            budgets += try rows.map(Budget.init(row:))
        }
        return budgets
    }

    func budgetStatuses(of owners: [BudgetOwner], at now: Timestamp) throws(SQLFailure) -> [BudgetStatus] {
        try statuses(of: budgets(of: owners), at: now)
    }

    func statuses(of budgets: [Budget], at now: Timestamp) throws(SQLFailure) -> [BudgetStatus] {
        try budgets.map { (budget) throws(SQLFailure) in
            let interval = budget.period.interval(containing: now, in: budget.zone)
            return BudgetStatus(budget: budget, interval: interval, figures: try figures(of: budget, in: interval))
        }
    }

    fileprivate func upsert(_ budget: Budget) throws(SQLFailure) {
        try execute(
            """
            INSERT INTO budget (owner_kind, owner_id, period, limit_micro_usd, time_zone, alert_percents)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (owner_kind, owner_id, period) DO UPDATE SET limit_micro_usd = excluded.limit_micro_usd,
                time_zone = excluded.time_zone, alert_percents = excluded.alert_percents
            """,
            budget.columns + [
                SQLValue(budget.limit), .text(budget.zone.name),
                .text(budget.alertPercents.map(String.init).joined(separator: "\n")),
            ])
    }

    /// Nil when there is no such owner.
    fileprivate func concerned(by owner: BudgetOwner) throws(SQLFailure) -> Concerned? {
        switch owner {
        case .organization:
            return Concerned(team: nil)
        case .team(let id):
            let row = try row("SELECT id FROM team WHERE id = $1", [SQLValue(id)])
            return row.map { _ in Concerned(team: id) }
        case .token(let id):
            let row = try row("SELECT team_id FROM token WHERE key_id = $1", [SQLValue(id)])
            return try row.map { (row) throws(SQLFailure) in Concerned(team: TeamID(stored: try row.text("team_id"))) }
        }
    }
}

/// Whose audit log shows a change of an owner's budget.
private struct Concerned {
    /// Nil for the organization.
    let team: TeamID?
}

extension Budget {
    init(row: SQLRow) throws(SQLFailure) {
        guard
            let owner = BudgetOwner(kind: try row.choice("owner_kind"), id: try row.text("owner_id")),
            let zone = BudgetZone(try row.text("time_zone"))
        else { throw .unexpectedRow("budget of \(try row.text("owner_id")) in \(try row.text("time_zone"))") }
        self.init(
            owner: owner, period: try row.choice("period"), limit: try row.amount("limit_micro_usd"), zone: zone,
            alertPercents: try row.lines("alert_percents").compactMap { Int($0) })
    }

    /// Reads the audit record of a change again: ``source`` and ``terms``. Nil when they are not of our making.
    init?(source: String, terms: String) {
        let named = source.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == ":" }
        let told = terms.split(separator: ", ", maxSplits: 2)
        guard let slash = source.lastIndex(of: "/"), named.count == 2, told.count >= 2,
            told[0].hasPrefix(Budget.limitWord), told[1].hasPrefix(Budget.zoneWord),
            let limit = try? MicroUSD(text: told[0].dropFirst(Budget.limitWord.count)),
            let zone = BudgetZone(String(told[1].dropFirst(Budget.zoneWord.count))),
            let kind = BudgetOwner.Kind(rawValue: String(named[0])),
            let owner = BudgetOwner(kind: kind, id: String(named[1].prefix { $0 != "/" })),
            let period = BudgetPeriod(rawValue: String(source[source.index(after: slash)...]))
        else { return nil }
        self.init(owner: owner, period: period, limit: limit, zone: zone)
    }

    private static let limitWord = "limit $"
    private static let zoneWord = "time zone "

    /// As the audit record of a change tells them; `verifyLedger` compares them with that record.
    var terms: String {
        let alerts =
            alertPercents.isEmpty ? "" : ", alerts at \(alertPercents.map { "\($0) %" }.joined(separator: ", "))"
        return "limit $\(limit), time zone \(zone.name)\(alerts)"
    }
}

extension BudgetFigures {
    init(row: SQLRow) throws(SQLFailure) {
        self.init(captured: try row.amount("captured_micro_usd"), held: try row.amount("held_micro_usd"))
    }
}
