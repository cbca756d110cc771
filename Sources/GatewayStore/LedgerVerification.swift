package import GatewayCore
package import SQLDatabase

/// What a recomputation of every balance from its rows found.
package struct LedgerProof: Sendable, Equatable {
    package var jobs = 0
    package var holds = 0
    /// Periods of budgets that were recomputed.
    package var windows = 0
    package var captured = MicroUSD.zero
    package var held = MicroUSD.zero
    /// At most 1000.
    package var violations: [LedgerViolation] = []

    package var isSound: Bool { violations.isEmpty }
}

/// One broken invariant.
package struct LedgerViolation: Sendable, Equatable {
    /// `I1` … `I9`.
    package let invariant: String
    /// A job's id, or a budget such as `team:marketing/month`.
    package let object: String
    package let detail: String
}

extension GatewayStore {
    /// Recomputes what the ledger's rows say, in one consistent snapshot.
    package func verifyLedger() async throws(SQLFailure) -> LedgerProof {
        try await database.read { (connection) throws(SQLFailure) in
            var report = LedgerProof()
            let total = try connection.ledgerFigures(of: .organization, in: .allTime)
            report.captured = total.captured
            report.held = total.held
            report.holds = try connection.count("hold")
            report.jobs = try connection.count("job")
            report.windows = try connection.count("budget_window")
            try report.violations += connection.wrongSpends()
            try report.violations += connection.wrongWindows()
            try report.violations += connection.wrongHistories()
            try report.violations += connection.wrongBudgets()
            try report.violations += connection.overspentAdmissions()
            for check in LedgerCheck.all { try report.violations += connection.violations(of: check) }
            report.violations = Array(report.violations.prefix(1000))
            return report
        }
    }
}

extension SQLConnection {
    fileprivate func count(_ table: String) throws(SQLFailure) -> Int {
        try row("SELECT COUNT(*) AS found FROM \(table)", [])?.number("found") ?? 0
    }

    fileprivate func violations(of check: LedgerCheck) throws(SQLFailure) -> [LedgerViolation] {
        try query(check.sql + " LIMIT 100").map { (row) throws(SQLFailure) in
            LedgerViolation(
                invariant: check.invariant, object: try row.text("object"), detail: "broken: \(check.rule)")
        }
    }
}
