import GatewayCore
import SQLDatabase
import SQLiteDatabase

/// Looks at what every transaction has changed, right after its commit, and holds it against the rules. It keeps its own
/// copy of the orders and works every figure out from that.
final class CommitWatch: WorldBound, @unchecked Sendable {
    private unowned let world: World
    private let labels: PeriodLabels
    private var touched: [RowChange] = []
    private(set) var jobs: [WatchedJob] = []
    private var index: [String: Int] = [:]
    private var indexByRow: [Int64: Int] = [:]
    private var budgets: [WatchedBudget] = []

    init(in world: World, labels: PeriodLabels) {
        self.world = world
        self.labels = labels
    }

    subscript(job: String) -> WatchedJob? { index[job].map { jobs[$0] } }
    func state(of job: String) -> String? { self[job]?.state }

    /// One of the ids that Vinci has given and that are on record.
    func someRequestID(_ dice: Dice) -> String? {
        let known = jobs.compactMap(\.requestID)
        return known.isEmpty ? nil : dice.pick(known)
    }

    func note(_ change: RowChange) {
        touched.append(change)
        guard change.kind != .insert, ["hold", "hold_resolution", "audit"].contains(change.table) else { return }
        world.violate("P4: rows of \(change.table) never change", "row \(change.row), \(change.kind)")
    }

    /// After every transaction, whatever became of it.
    func committed(_ connection: any SQLConnection) throws(SQLFailure) {
        guard !touched.isEmpty else { return }
        let touched = touched
        self.touched = []
        let records = try Records(connection, touched)
        let stepped = try readJobs(connection, touched, records)
        let admitted = try readHolds(connection, touched)
        let resolved = try readResolutions(connection, touched)
        try readBudgets(connection, touched, records)
        check(stepped, admitted, resolved, records)
        for job in admitted { checkAdmission(jobs[job]) }
    }

    // MARK: Reading

    /// - Returns: the jobs that have changed their state.
    private func readJobs(
        _ connection: any SQLConnection, _ touched: [RowChange], _ records: Records
    ) throws(SQLFailure) -> [Int] {
        var stepped: [Int] = []
        for row in touched.rows(of: "job") {
            guard let found = try connection.row("SELECT * FROM job WHERE rowid = $1", [.integer(row)]) else {
                if let known = indexByRow[row] { world.violate("P3: a job never goes", jobs[known].id) }
                continue
            }
            if try read(found, row, records) { stepped.append(indexByRow[row] ?? 0) }
        }
        return stepped
    }

    /// - Returns: whether its state has changed.
    private func read(_ row: SQLRow, _ number: Int64, _ records: Records) throws(SQLFailure) -> Bool {
        guard let known = indexByRow[number] else {
            let job = try WatchedJob(row)
            index[job.id] = jobs.count
            indexByRow[number] = jobs.count
            jobs.append(job)
            checkStep(of: job, from: nil, records)
            return true
        }
        let before = jobs[known]
        guard before.row != row else { return false }
        if try before.row.text("process_id") != row.text("process_id") { world.coverage.count("followed by another") }
        if before.hasEnded { world.violate("I4: ended states never change", before.id) }
        jobs[known].row = row
        jobs[known].state = try row.text("state")
        guard before.state != jobs[known].state else { return false }
        checkStep(of: jobs[known], from: before.state, records)
        return true
    }

    private func readHolds(
        _ connection: any SQLConnection, _ touched: [RowChange]
    ) throws(SQLFailure) -> [Int] {
        var admitted: [Int] = []
        for row in touched.rows(of: "hold") {
            guard
                let found = try connection.row(
                    "SELECT job_id, amount_micro_usd, placed_us FROM hold WHERE rowid = $1", [.integer(row)]),
                let job = index[try found.text("job_id")]
            else { continue }
            jobs[job].hold = WatchedJob.Hold(
                amount: try found.integer("amount_micro_usd"), placed: try found.integer("placed_us"))
            admitted.append(job)
            if let call = CallTag.number {
                world.calls.noteAdmission(of: jobs[job].id, during: call)
            } else {
                world.violate("an order is admitted that no client made", jobs[job].id)
            }
        }
        return admitted
    }

    private func readResolutions(
        _ connection: any SQLConnection, _ touched: [RowChange]
    ) throws(SQLFailure) -> [Int] {
        var resolved: [Int] = []
        for row in touched.rows(of: "hold_resolution") {
            guard
                let found = try connection.row(
                    "SELECT job_id, kind, charged_micro_usd, to_verify FROM hold_resolution WHERE rowid = $1",
                    [.integer(row)]),
                let job = index[try found.text("job_id")]
            else { continue }
            if jobs[job].resolution != nil { world.violate("P4: a hold resolves once", jobs[job].id) }
            jobs[job].resolution = WatchedJob.Resolution(
                kind: try found.text("kind"), charged: try found.integer("charged_micro_usd"),
                isToVerify: try found.bool("to_verify"))
            resolved.append(job)
        }
        return resolved
    }

    private func readBudgets(
        _ connection: any SQLConnection, _ touched: [RowChange], _ records: Records
    ) throws(SQLFailure) {
        guard touched.contains(where: { $0.table == "budget" }) else { return }
        let rows = try connection.query(
            """
            SELECT owner_kind, owner_id, period, limit_micro_usd, time_zone FROM budget
            ORDER BY owner_kind, owner_id, period
            """)
        let found = try rows.map { (row) throws(SQLFailure) in try WatchedBudget(row) }
        guard found != budgets else { return }
        budgets = found
        let told = records.all.count { $0.action == "budget.set" || $0.action == "budget.removed" }
        if told != 1 { world.violate("P8: a budget's change has its record", "\(told) records") }
    }

    // MARK: Rules

    private func checkStep(of job: WatchedJob, from state: String?, _ records: Records) {
        world.coverage.count("\(state ?? "–") → \(job.state)")
        if records.actors.contains("gateway:reconciler") { world.coverage.count("reconciled: \(job.state)") }
        guard let record = JobWays.record(from: state, to: job.state) else {
            return world.violate("§2: no such step", "\(job.id) from \(state ?? "nothing") to \(job.state)")
        }
        let told = records.about(job.id)
        world.trace.note("committed", "\(job.id) \(job.state)")
        if told != [record] { world.violate("I8: one record for one step", "\(job.id): \(told), not \(record)") }
    }

    private func check(_ stepped: [Int], _ admitted: [Int], _ resolved: [Int], _ records: Records) {
        for job in stepped.map({ jobs[$0] }) {
            if job.hold == nil { world.violate("I5: every job has a hold", job.id) }
            if job.hasEnded != (job.resolution != nil) {
                world.violate("I5: a hold is resolved with its job's end", "\(job.id) is \(job.state)")
            }
        }
        for job in resolved where !stepped.contains(job) {
            world.violate("I5: a hold is resolved with its job's end", "\(jobs[job].id) stays \(jobs[job].state)")
        }
    }

    private func checkAdmission(_ job: WatchedJob) {
        for budget in budgets where budget.concerns(job) { checkRoom(in: budget, for: job) }
        checkRepetition(job)
    }

    /// P2, from the orders themselves.
    private func checkRoom(in budget: WatchedBudget, for job: WatchedJob) {
        guard let hold = job.hold else { return }
        let period = labels.label(hold.placed, budget.period, in: budget.zone)
        var taken: Int64 = 0
        for other in jobs where budget.concerns(other) {
            guard let placed = other.hold?.placed else { continue }
            if labels.label(placed, budget.period, in: budget.zone) == period { taken += other.taken }
        }
        guard taken > budget.limit else { return }
        world.violate("P2: an admission fits every budget", "\(job.id): \(taken) of \(budget)")
    }

    private func checkRepetition(_ job: WatchedJob) {
        guard let call = world.calls.call(of: job.id), let now = job.hold?.placed else { return }
        if let key = call.key { return checkKey(key, call, job) }
        guard !call.allowsDuplicate, world.plan.duplicateWindow > .zero else { return }
        let limit = now - world.plan.duplicateWindow.microseconds
        let first = jobs.first { other in
            guard other.id != job.id, other.token == job.token, other.fingerprint == job.fingerprint else {
                return false
            }
            switch other.state {
            case "queued", "dispatching": return true
            case "accepted", "unknown", "completed": return (other.answered ?? .min) > limit
            default: return false
            }
        }
        if let first { world.violate("§4: a repetition gets the first one's answer", "\(first.id), \(job.id)") }
    }

    private func checkKey(_ key: String, _ call: Calls.Call, _ job: WatchedJob) {
        for other in jobs where other.id != job.id && other.team == job.team {
            guard world.calls.call(of: other.id)?.key == key else { continue }
            // Proven not to exist for a passing reason, perhaps after it had been given up as unknown.
            let isFree = (other.state == "refused" || other.state == "cancelled") && other.answerKind != "rejected"
            if isFree || world.replies.mayBeForgotten(key, of: call.customer.team) { continue }
            world.violate("P5: a key names one order", "\(key): \(other.id), \(job.id)")
        }
    }
}

/// The audit records of one transaction.
private struct Records {
    private(set) var all: [(object: String, action: String)] = []
    private(set) var actors: [String] = []

    init(_ connection: any SQLConnection, _ touched: [RowChange]) throws(SQLFailure) {
        for row in touched.rows(of: "audit") {
            guard
                let found = try connection.row(
                    "SELECT object, action, actor FROM audit WHERE seq = $1", [.integer(row)])
            else { continue }
            all.append((try found.text("object"), try found.text("action")))
            actors.append(try found.text("actor"))
        }
    }

    func about(_ object: String) -> [String] { all.filter { $0.object == object }.map(\.action) }
}

extension [RowChange] {
    /// Each row once, in the order in which they were first touched.
    fileprivate func rows(of table: String) -> [Int64] {
        var rows: [Int64] = []
        for change in self where change.table == table && !rows.contains(change.row) { rows.append(change.row) }
        return rows
    }
}
