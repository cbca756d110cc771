import GatewayCore
import SQLDatabase

extension SQLConnection {
    /// I1 and I2 for all time.
    func wrongSpends() throws(SQLFailure) -> [LedgerViolation] {
        var wrong: [LedgerViolation] = []
        for row in try query("SELECT * FROM owner_spend ORDER BY owner_kind, owner_id") {
            guard let owner = BudgetOwner(kind: try row.choice("owner_kind"), id: try row.text("owner_id")) else {
                throw .unexpectedRow("owner_spend of \(try row.text("owner_id"))")
            }
            let stored = try BudgetFigures(row: row)
            wrong += stored.differences(from: try ledgerFigures(of: owner, in: .allTime), of: "\(owner)")
            wrong += try wrongCount(of: owner, stored: row.number("open_holds"))
        }
        return wrong
    }

    private func wrongCount(of owner: BudgetOwner, stored: Int) throws(SQLFailure) -> [LedgerViolation] {
        let counted = try openHolds(of: owner)
        guard stored != counted else { return [] }
        let detail = "counts \(stored) open holds, and has \(counted)"
        return [LedgerViolation(invariant: "I1", object: "\(owner)", detail: detail)]
    }

    private func openHolds(of owner: BudgetOwner) throws(SQLFailure) -> Int {
        let (condition, parameters): (String, [SQLValue]) =
            switch owner {
            case .organization: ("", [])
            case .team(let id): ("AND team_id = $1", [SQLValue(id)])
            case .token(let id): ("AND key_id = $1", [SQLValue(id)])
            }
        let row = try row(
            "SELECT COUNT(*) AS open_holds FROM job WHERE \(OpenJobs.condition) \(condition)", parameters)
        return try row?.number("open_holds") ?? 0
    }

    /// I1 and I2 for every period of every budget that has a window.
    func wrongWindows() throws(SQLFailure) -> [LedgerViolation] {
        var wrong: [LedgerViolation] = []
        for budget in try query("SELECT * FROM budget ORDER BY owner_kind, owner_id, period").map(Budget.init(row:)) {
            let windows = try query(
                """
                SELECT start_us, captured_micro_usd, held_micro_usd FROM budget_window
                WHERE owner_kind = $1 AND owner_id = $2 AND period = $3 ORDER BY start_us
                """, budget.columns)
            for row in windows { wrong += try violations(of: budget, window: row) }
        }
        return wrong
    }

    private func violations(of budget: Budget, window: SQLRow) throws(SQLFailure) -> [LedgerViolation] {
        let start = try window.instant("start_us")
        let name = "\(budget.source) from \(start.rfc3339)"
        let interval = budget.period.interval(containing: start, in: budget.zone)
        guard interval.start == start else {
            let detail = "has figures from an instant at which no \(budget.period.rawValue) begins"
            return [LedgerViolation(invariant: "I1", object: name, detail: detail)]
        }
        let computed = try ledgerFigures(of: budget.owner, in: interval)
        return try BudgetFigures(row: window).differences(from: computed, of: name)
    }
}

extension PeriodInterval {
    static let allTime = PeriodInterval(start: Timestamp(microseconds: .min), end: nil)
}

extension BudgetFigures {
    /// - computed: from the ledger.
    fileprivate func differences(from computed: BudgetFigures, of name: String) -> [LedgerViolation] {
        var found: [LedgerViolation] = []
        if held != computed.held {
            found.append(
                LedgerViolation(
                    invariant: "I1", object: name, detail: "holds $\(held), but its open holds are $\(computed.held)"))
        }
        if captured != computed.captured {
            found.append(
                LedgerViolation(
                    invariant: "I2", object: name,
                    detail: "captured $\(captured), but its captures are $\(computed.captured)"))
        }
        return found
    }
}
