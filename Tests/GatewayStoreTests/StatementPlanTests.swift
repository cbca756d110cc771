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

    @Test("look for what an order may repeat among the open orders and those just completed, not in the whole past")
    func looksForRepetitionsNearby() async throws {
        let recorder = RecordingDatabase(try SQLiteDatabase.inMemory())
        let books = try await StoreFixture(recorder)
        let owner = try await books.owner()
        _ = recorder.takeStatements()
        _ = try await books.admit(for: owner) { $0.duplicateWindow = .seconds(10) }
        let statement = try #require(recorder.takeStatements().first { $0.sql.contains("fingerprint = ") })
        let plan = try await books.plan(of: statement).joined(separator: "\n")
        #expect(plan.contains("USING INDEX job_open_by_fingerprint (key_id=? AND fingerprint=?)"))
        #expect(plan.contains("USING INDEX job_completed_by_answer (key_id=? AND answered_us>?)"))
    }

    @Test("look for a team's webhooks once when a job ends, and for those of no other job")
    func costOfTelling() async throws {
        let recorder = RecordingDatabase(try SQLiteDatabase.inMemory())
        let books = try await StoreFixture(recorder)
        let owner = try await books.owner()
        try await books.limit(.team(owner.team), .cents(1000), per: .day)
        _ = recorder.takeStatements()
        let job = try await books.place(for: owner)
        try await books.accept(job)
        #expect(recorder.takeStatements().count { $0.sql.contains("webhook") } == 0)
        try await books.apply(.completion(of: job, cost: .cents(26)))
        #expect(recorder.takeStatements().count { $0.sql.contains("webhook") } == 1)
    }

    /// The tables that grow with every order.
    private static let growing = [
        "job", "hold", "hold_resolution", "idempotency", "audit", "change", "webhook", "webhook_delivery",
    ]
}

extension StoreFixture {
    /// What happens all the time while a gateway runs, every statement at least once.
    fileprivate func useBusily(for owner: JobOwner) async throws {
        let job = try await place(for: owner) { $0.idempotencyKey = .sample("k1") }
        _ = try await admit(for: owner) { $0.duplicateWindow = .seconds(10) }
        let webhook = try await webhook(of: owner.team)
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
        try await deliverBusily(to: webhook, of: owner.team, at: tomorrow)
    }

    private func deliverBusily(to webhook: WebhookID, of team: TeamID, at now: Timestamp) async throws {
        _ = try await store.dueWebhooks(for: .next, at: now, limit: 100)
        let claimed = try await store.claimWebhook(webhook, by: .next, limit: 10, at: now)
        let delivery = try #require(claimed?.due.first).delivery.id
        _ = try await store.record(.sample(.gone, delivery, to: webhook), .sample, at: now)
        _ = try await store.redeliver(delivery, to: nil, of: team, by: StoreFixture.actor, from: .none, at: now)
        _ = try await store.giveUpDeliveries(to: webhook, holder: .next, limit: 10, at: now)
        _ = try await store.releaseWebhook(webhook, by: .next)
        _ = try await store.webhooks(of: team)
        _ = try await store.deleteWebhook(webhook, of: team, by: StoreFixture.actor, from: .none, at: now)
        _ = try await store.forgetDeliveries(before: now, limit: 10)
        _ = try await store.forgetWebhooks(before: now, limit: 10)
    }

    /// The steps of SQLite's plan, such as `SEARCH job USING INDEX job_by_team (team_id=?)`.
    fileprivate func plan(of statement: RecordingDatabase.Statement) async throws -> [String] {
        try await database.read { (connection) throws(SQLFailure) in
            let rows = try connection.query("EXPLAIN QUERY PLAN " + statement.sql, statement.parameters)
            return try rows.map { (row) throws(SQLFailure) in try row.text("detail") }
        }
    }
}
