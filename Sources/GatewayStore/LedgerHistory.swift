import GatewayCore
import SQLDatabase

// I6 and I8 the other way round: what the audit log tells, replayed, must lead to what the tables say.

extension SQLConnection {
    /// Every job whose records, taken as events, do not lead from its admission to its state. Reads page by page, so that
    /// memory does not grow with the ledger.
    func wrongHistories() throws(SQLFailure) -> [LedgerViolation] {
        var wrong: [LedgerViolation] = []
        var last = ""
        while wrong.count < 1000 {
            let jobs = try query("SELECT id, state FROM job WHERE id > $1 ORDER BY id LIMIT 500", [.text(last)])
            guard let newest = try jobs.last?.text("id") else { break }
            let histories = try histories(after: last, upTo: newest)
            for row in jobs {
                let (id, state) = (try row.text("id"), try row.choice("state", JobState.self))
                guard let fault = histories[id, default: JobHistory()].fault(leadingTo: state) else { continue }
                wrong.append(LedgerViolation(invariant: "I8", object: id, detail: fault))
            }
            last = newest
        }
        return wrong
    }

    /// Sorted out here: asked for some actions only, SQLite would go through all records with these actions for every page.
    private func histories(after first: String, upTo last: String) throws(SQLFailure) -> [String: JobHistory] {
        let rows = try query(
            """
            SELECT object, action, detail FROM audit WHERE object > $1 AND object <= $2 ORDER BY object, seq
            """, [.text(first), .text(last)])
        var histories: [String: JobHistory] = [:]
        for row in rows where try JobHistory.actions.contains(row.text("action")) {
            let action = try row.choice("action", AuditAction.self)
            histories[try row.text("object"), default: JobHistory()].add(action, detail: try row.textIfAny("detail"))
        }
        return histories
    }

    /// Every budget that is not as the last record about it says.
    func wrongBudgets() throws(SQLFailure) -> [LedgerViolation] {
        let rows = try query(
            """
            SELECT object, action, detail FROM audit WHERE seq IN
                (SELECT MAX(seq) FROM audit WHERE action IN ('budget.set', 'budget.removed') GROUP BY object)
            """)
        var told: [String: String] = [:]
        for row in rows where try row.choice("action", AuditAction.self) == .budgetSet {
            told[try row.text("object")] = try row.text("detail")
        }
        var found: [String: String] = [:]
        for budget in try query("SELECT * FROM budget").map(Budget.init(row:)) { found[budget.source] = budget.terms }
        return Set(told.keys).union(found.keys).sorted().filter { told[$0] != found[$0] }.map { source in
            LedgerViolation(
                invariant: "I8", object: source,
                detail: "has \(found[source] ?? "no limit"), on record is \(told[source] ?? "no limit")")
        }
    }
}

/// One job's records, replayed.
private struct JobHistory {
    private enum Place {
        case notAdmitted
        case at(JobState)
        case impossible(AuditAction)
    }

    /// Those that tell of a job's life.
    static let actions = Set(([.orderAdmitted] + JobEvent.allCases.map { AuditAction($0) }).map(\.rawValue))

    private var place = Place.notAdmitted

    /// - detail: of an admission, the state in which it began.
    mutating func add(_ action: AuditAction, detail: String?) {
        switch place {
        case .notAdmitted:
            let start = detail.flatMap(JobState.init(rawValue:))
            let isStart = action == .orderAdmitted && (start == .queued || start == .dispatching)
            place = if isStart, let start { .at(start) } else { .impossible(action) }
        case .at(let state):
            place = if let next = action.jobEvent.flatMap(state.after) { .at(next) } else { .impossible(action) }
        case .impossible:
            break
        }
    }

    func fault(leadingTo state: JobState) -> String? {
        switch place {
        case .notAdmitted: "is \(state.rawValue), but has no record of its admission"
        case .at(state): nil
        case .at(let told): "is \(state.rawValue), but its records lead to \(told.rawValue)"
        case .impossible(let action): "has a record \(action.rawValue) that cannot follow those before it"
        }
    }
}
