import GatewayCore
import GatewayStore
import GatewayTesting
import SQLDatabase
import SQLiteDatabase
import Testing

/// SQLite's own account of how it runs our statements, taken from the statements that the store really issues.
@Suite("A busy gateway's statements") struct StatementPlanTests {
    @Test("find their rows by an index, never by reading whole tables")
    func usesIndexes() async throws {
        let recorder = RecordingDatabase(try SQLiteDatabase.inMemory())
        let books = try await StoreFixture(recorder)
        let owner = try await books.owner()
        try await books.limit(.team(owner.team), .cents(1000), per: .day)
        _ = recorder.takeStatements()
        try await books.useBusily(for: owner)
        let statements = recorder.takeStatements()
        #expect(statements.count > 50)
        for statement in statements {
            for step in try await books.plan(of: statement) {
                let reads = StatementPlanTests.growing.first { step.hasPrefix("SCAN \($0)") }
                #expect(reads == nil, "\(step) in \(statement.sql)")
            }
        }
    }

    @Test("give a page of a list without sorting all of it")
    func listsWithoutSorting() async throws {
        let recorder = RecordingDatabase(try SQLiteDatabase.inMemory())
        let books = try await StoreFixture(recorder)
        let owner = try await books.owner()
        _ = recorder.takeStatements()
        for filter in [JobFilter(), JobFilter(team: owner.team), JobFilter(team: owner.team, token: owner.token)] {
            _ = try await books.store.jobs(filter, before: books.newJobID(), limit: 50)
        }
        _ = try await books.store.followed(by: .sample, after: books.newJobID(), limit: 50)
        _ = try await books.store.audit(after: 5, team: owner.team, limit: 50)
        _ = try await books.store.audit(after: 5, action: .jobCompleted, limit: 50)
        for statement in recorder.takeStatements() {
            let plan = try await books.plan(of: statement)
            #expect(!plan.contains { $0.hasPrefix("USE TEMP B-TREE FOR ORDER BY") }, "\(plan) of \(statement.sql)")
        }
    }

    /// The tables that grow with every order.
    private static let growing = ["job", "hold", "hold_resolution", "idempotency", "audit", "change"]
}

extension StoreFixture {
    /// What happens all the time while a gateway runs, every statement at least once.
    fileprivate func useBusily(for owner: JobOwner) async throws {
        let job = try await place(for: owner) { $0.idempotencyKey = .sample("k1") }
        _ = try await admit(for: owner) { $0.duplicateWindow = .seconds(10) }
        try await settle(job, cost: .cents(26))
        for state in JobState.allCases { _ = try await self.job(in: state, for: owner) }
        let tomorrow = Timestamp.testStart.adding(.days(1))
        _ = try await place(for: owner, at: tomorrow)
        _ = try await store.job(.job(job))
        _ = try await store.job(.request(RequestID(checked: "vinci-\(job)")))
        _ = try await store.answer(to: job)
        _ = try await store.openJobs(of: owner.team)
        _ = try await store.followed(by: .sample, after: nil, limit: 100)
        _ = try await store.followed(by: .sample, after: job, limit: 100)
        _ = try await store.jobs(JobFilter(team: owner.team), before: nil, limit: 50)
        _ = try await store.jobs(JobFilter(team: owner.team, token: owner.token), before: job, limit: 50)
        _ = try await store.budgetStatuses(of: owner, at: tomorrow)
        _ = try await store.budgetStatuses(at: tomorrow)
        _ = try await store.spend(of: .team(owner.team))
        _ = try await store.usage(of: owner.team, since: .testStart)
        _ = try await store.markStalled(job, reason: "late", at: tomorrow)
        _ = try await recover(by: .next, at: tomorrow)
        _ = try await store.forgetIdempotencyKeys(before: tomorrow, limit: 100)
        _ = try await store.changes(after: 0)
        _ = try await store.audit(after: 5, team: owner.team, limit: 50)
        _ = try await store.audit(after: 5, object: job.text, limit: 50)
    }

    /// The steps of SQLite's plan, such as `SEARCH job USING INDEX job_by_team (team_id=?)`.
    fileprivate func plan(of statement: RecordingDatabase.Statement) async throws -> [String] {
        try await database.read { (connection) throws(SQLFailure) in
            let rows = try connection.query("EXPLAIN QUERY PLAN " + statement.sql, statement.parameters)
            return try rows.map { (row) throws(SQLFailure) in try row.text("detail") }
        }
    }
}
