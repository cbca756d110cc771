import GatewayCore
import SQLDatabase

// A share of a limit is reported once per period: the window keeps the highest one. Its row is locked by whoever moves its
// figures, so of orders that race past a share exactly one sees that it is not reported yet.

extension SQLConnection {
    /// Reports the shares that a window's figures reach for the first time.
    /// - team: whose webhooks are told; nil, or a budget of the organization: nobody, since its figures tell what other teams
    ///   spend. The audit record is written all the same.
    /// - window: the row as it is now.
    func alert(
        of budget: Budget, of team: TeamID?, _ interval: PeriodInterval, _ window: SQLRow, at now: Timestamp
    ) throws(SQLFailure) {
        guard !budget.alertPercents.isEmpty else { return }
        let status = BudgetStatus(budget: budget, interval: interval, figures: try BudgetFigures(row: window))
        try alert(status, beyond: window.number("alerted_percent"), to: team, at: now)
    }

    /// - reported: the highest share that was reported before.
    func alert(
        _ status: BudgetStatus, beyond reported: Int, to team: TeamID?, at now: Timestamp
    ) throws(SQLFailure) {
        let budget = status.budget
        let due = budget.alerts(due: status.figures, beyond: reported)
        guard let highest = due.last else { return }
        try execute(
            """
            UPDATE budget_window SET alerted_percent = $5
            WHERE owner_kind = $1 AND owner_id = $2 AND period = $3 AND start_us = $4
            """, budget.columns + [SQLValue(status.interval.start), SQLValue(highest)])
        let concerned = budget.owner == .organization ? nil : team
        for percent in due {
            try append(
                AuditRecord(
                    at: now, actor: .gateway("budgets"), team: concerned, action: .budgetAlerted,
                    object: budget.source,
                    detail: status.share(percent)))
            if let concerned { try tellWebhooks(of: concerned, reached: percent, status, at: now) }
        }
    }

    /// The highest share that was reported in a period for this very limit; 0 where the limit is another one by now.
    func alerted(for budget: Budget, start: Timestamp) throws(SQLFailure) -> Int {
        let row = try row(
            """
            SELECT budget_window.alerted_percent FROM budget JOIN budget_window
                ON budget_window.owner_kind = budget.owner_kind AND budget_window.owner_id = budget.owner_id
                    AND budget_window.period = budget.period
            WHERE budget.owner_kind = $1 AND budget.owner_id = $2 AND budget.period = $3
                AND budget_window.start_us = $4 AND budget.limit_micro_usd = $5
            """, budget.columns + [SQLValue(start), SQLValue(budget.limit)])
        return try row?.number("alerted_percent") ?? 0
    }
}

extension BudgetStatus {
    /// `80 % of $50.00 from 2026-11-01T00:00:00Z`
    fileprivate func share(_ percent: Int) -> String {
        let start = budget.period == .total ? "" : " from \(interval.start.rfc3339)"
        return "\(percent) % of $\(budget.limit)\(start)"
    }
}
