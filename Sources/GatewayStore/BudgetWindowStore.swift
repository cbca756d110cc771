import GatewayCore
import SQLDatabase

// Windows are derived: what the ledger says about one period of one budget, kept for the admission check. A window that is
// missing (nobody ordered in the period yet, or the budget was set later) is worked out from the ledger when it is needed, so
// it does not matter in which order orders and budget changes with dates around midnight get their turn. All changes
// happen under the owner's lock, see HoldStore.

extension SQLConnection {
    /// Adds the amount if the budget has room for it.
    /// - team: whose order it is.
    func take(
        _ amount: MicroUSD, from budget: Budget, of team: TeamID, at now: Timestamp
    ) throws(SQLFailure) -> Bool {
        let interval = budget.period.interval(containing: now, in: budget.zone)
        if try addHeld(amount, within: budget, of: team, interval, at: now) { return true }
        guard try window(of: budget, start: interval.start) == nil else { return false }
        try insertWindow(of: budget, start: interval.start, ledgerFigures(of: budget.owner, in: interval))
        return try addHeld(amount, within: budget, of: team, interval, at: now)
    }

    /// One conditional update: the limit holds under any concurrency.
    /// - Returns: false when there is no room, or no window.
    private func addHeld(
        _ amount: MicroUSD, within budget: Budget, of team: TeamID, _ interval: PeriodInterval, at now: Timestamp
    ) throws(SQLFailure) -> Bool {
        let window = try row(
            """
            UPDATE budget_window SET held_micro_usd = held_micro_usd + $5
            WHERE owner_kind = $1 AND owner_id = $2 AND period = $3 AND start_us = $4
                AND captured_micro_usd + held_micro_usd + $5 <= $6
            RETURNING captured_micro_usd, held_micro_usd, alerted_percent
            """, budget.columns + [SQLValue(interval.start), SQLValue(amount), SQLValue(budget.limit)])
        guard let window else { return false }
        try alert(of: budget, of: team, interval, window, at: now)
        return true
    }

    /// Where there is no window there is nothing to move: the ledger has it all.
    /// - team: whose order it was.
    func moveWindow(
        of budget: Budget, of team: TeamID, placed: Timestamp, held: MicroUSD, charged: MicroUSD, at now: Timestamp
    ) throws(SQLFailure) {
        let interval = budget.period.interval(containing: placed, in: budget.zone)
        let window = try row(
            """
            UPDATE budget_window SET held_micro_usd = held_micro_usd - $5,
                captured_micro_usd = captured_micro_usd + $6
            WHERE owner_kind = $1 AND owner_id = $2 AND period = $3 AND start_us = $4
            RETURNING captured_micro_usd, held_micro_usd, alerted_percent
            """, budget.columns + [SQLValue(interval.start), SQLValue(held), SQLValue(charged)])
        guard let window else { return }
        // More only when a job cost more than was held for it.
        try alert(of: budget, of: team, interval, window, at: now)
    }

    func figures(of budget: Budget, in interval: PeriodInterval) throws(SQLFailure) -> BudgetFigures {
        if let stored = try window(of: budget, start: interval.start) { return stored }
        return try ledgerFigures(of: budget.owner, in: interval)
    }

    /// - alerted: the highest share that an alert was given for in this period.
    func insertWindow(
        of budget: Budget, start: Timestamp, _ figures: BudgetFigures, alerted: Int = 0
    ) throws(SQLFailure) {
        try execute(
            """
            INSERT INTO budget_window (owner_kind, owner_id, period, start_us, captured_micro_usd, held_micro_usd,
                alerted_percent)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            budget.columns + [
                SQLValue(start), SQLValue(figures.captured), SQLValue(figures.held), SQLValue(alerted),
            ])
    }

    /// All periods; needed when their boundaries move and when the budget goes.
    func forgetWindows(of owner: BudgetOwner, per period: BudgetPeriod) throws(SQLFailure) {
        try execute(
            "DELETE FROM budget_window WHERE owner_kind = $1 AND owner_id = $2 AND period = $3",
            owner.columns + [.text(period.rawValue)])
    }

    private func window(of budget: Budget, start: Timestamp) throws(SQLFailure) -> BudgetFigures? {
        let row = try row(
            """
            SELECT captured_micro_usd, held_micro_usd FROM budget_window
            WHERE owner_kind = $1 AND owner_id = $2 AND period = $3 AND start_us = $4
            """, budget.columns + [SQLValue(start)])
        return try row.map(BudgetFigures.init(row:))
    }

    /// The sums over holds that were placed in `interval` and over their resolutions.
    func ledgerFigures(of owner: BudgetOwner, in interval: PeriodInterval) throws(SQLFailure) -> BudgetFigures {
        let (condition, parameters): (String, [SQLValue]) =
            switch owner {
            case .organization: ("", [])
            case .team(let id): ("AND hold.team_id = $3", [SQLValue(id)])
            case .token(let id): ("AND hold.key_id = $3", [SQLValue(id)])
            }
        let end = interval.end ?? Timestamp(microseconds: .max)
        let row = try row(
            """
            SELECT CAST(COALESCE(SUM(hold_resolution.charged_micro_usd), 0) AS BIGINT) AS captured_micro_usd,
                CAST(COALESCE(SUM(CASE WHEN hold_resolution.job_id IS NULL THEN hold.amount_micro_usd ELSE 0 END), 0)
                    AS BIGINT) AS held_micro_usd
            FROM hold LEFT JOIN hold_resolution ON hold_resolution.job_id = hold.job_id
            WHERE hold.placed_us >= $1 AND hold.placed_us < $2 \(condition)
            """, [SQLValue(interval.start), SQLValue(end)] + parameters)
        return try row.map(BudgetFigures.init(row:)) ?? .none
    }
}
