import GatewayCore
import GatewayStore
import SQLDatabase

extension StoreContract {
    /// What cannot be written down does not happen (P8): whichever of its statements fails, nothing of an act remains.
    static let wholenessRules = acts.map { act in
        Rule("\(act.name) happens as a whole or not at all, with its record") { books in
            let subject = try await books.subject()
            let known = try await books.store.directorySnapshot().lastChange
            var failed = 0
            // The n-th attempt loses its n-th statement, until one has no statement left to lose.
            while true {
                let before = try await books.tables()
                let interrupted = StoreFixture(StatementFailure(books.database, at: failed), beside: books)
                do {
                    try await act.run(interrupted, subject)
                } catch {
                    try expect(try await books.tables(), before, "what is stored when statement \(failed) failed")
                    failed += 1
                    try expect(failed < 100, "\(act.name) ends, last with \(error)")
                    continue
                }
                break
            }
            try expect(failed >= 2, "\(act.name) has \(failed) statements")
            let records = try await books.store.audit(after: 0, limit: 1000).map(\.record.action)
            try expect(records.contains(act.record), "\(act.name) left the records \(records)")
            let topics = try await books.store.changes(after: known).map(\.topic)
            try expect(topics, [act.topic].compactMap(\.self), "what \(act.name) announced")
        }
    }

    private static let acts = [
        Act("an admission", .orderAdmitted) { books, subject in
            _ = try await books.store.admit(subject.admission, at: .testStart)
        },
        Act("a refusal of what cannot be sent", .orderRefused) { books, subject in
            _ = try await books.store.refuse(subject.admission, reason: "no key", at: .testStart)
        },
        Act("a refusal", .orderRefused) { books, subject in
            var admission = subject.admission
            admission.openJobsMax = 0
            _ = try await books.store.admit(admission, at: .testStart)
        },
        Act("an acceptance", .orderAccepted) { books, subject in try await books.accept(subject.dispatching) },
        Act("a loss", .orderUnknown) { books, subject in
            try await books.apply(.plain(.outcomeLost, of: subject.dispatching))
        },
        Act("a completion", .jobCompleted) { books, subject in
            try await books.apply(.plain(.completed, of: subject.accepted))
        },
        Act("a failure", .jobFailed) { books, subject in
            try await books.apply(.plain(.failed, of: subject.accepted))
        },
        Act("a takeover", .orderUnknown) { books, _ in
            _ = try await books.store.takeOver(from: .sample, by: .next, at: .testStart)
        },
        Act("a stall", .jobStalled) { books, subject in
            _ = try await books.store.markStalled(subject.accepted, reason: "late", at: .testStart)
        },
        Act("renewing a video's address", .videoURLRenewed) { books, subject in
            _ = try await books.store.renewVideoURL("https://v.example/new", of: subject.completed, at: .testStart)
        },
        Act("setting a budget", .budgetSet, announced: .budget) { books, subject in
            try await books.limit(.team(subject.owner.team), .cents(300), per: .month)
        },
        Act("removing a budget", .budgetRemoved, announced: .budget) { books, subject in
            _ = try await books.store.removeBudget(
                of: .team(subject.owner.team), per: .day, by: StoreFixture.actor, from: .none, at: .testStart)
        },
        Act("registering a webhook", .webhookCreated) { books, subject in
            _ = try await books.webhook(of: subject.owner.team)
        },
        Act("deleting a webhook", .webhookDeleted) { books, subject in
            _ = try await books.store.deleteWebhook(
                subject.webhook, of: subject.owner.team, by: StoreFixture.actor, from: .none, at: .testStart)
        },
        Act("calling for a redelivery", .webhookRedelivered) { books, subject in
            _ = try await books.store.redeliver(
                subject.delivery, to: nil, of: subject.owner.team, by: StoreFixture.actor, from: .none,
                at: .testStart)
        },
        Act("an endpoint that is gone", .webhookDisabled) { books, subject in
            _ = try await books.store.record(
                .sample(.gone, subject.delivery, to: subject.webhook), .sample, at: .testStart)
        },
        Act("reaching a share of a budget", .budgetAlerted) { books, subject in
            _ = try await books.place(for: subject.owner, hold: .cents(60))
        },
        Act("making a team", .teamCreated, announced: .team) { books, _ in try await books.team("new") },
        Act("changing a team", .teamChanged, announced: .team) { books, subject in
            _ = try await books.change(subject.owner.team) { $0.name = "New" }
        },
        Act("issuing a token", .tokenIssued, announced: .token) { books, subject in
            _ = try await books.token(of: subject.owner.team)
        },
        Act("changing a token", .tokenChanged, announced: .token) { books, subject in
            _ = try await books.store.changeToken(
                subject.owner.token, of: nil, by: StoreFixture.actor, from: .none, at: .testStart
            ) { $0.name = "new" }
        },
        Act("revoking a token", .tokenRevoked, announced: .token) { books, subject in
            _ = try await books.store.revokeToken(
                subject.owner.token, of: nil, by: StoreFixture.actor, from: .none, at: .testStart)
        },
        Act("issuing an administrator", .adminIssued, announced: .adminToken) { books, _ in
            try await books.store.issue(
                .sample(books.newAdminTokenID()), secretHash: books.newHash(), by: StoreFixture.actor, from: .none)
        },
        Act("revoking an administrator", .adminRevoked, announced: .adminToken) { books, subject in
            _ = try await books.store.revokeAdminToken(
                subject.auditor, by: StoreFixture.actor, from: .none, at: .testStart)
        },
        Act("adding an upstream key", .upstreamKeyAdded, announced: .upstreamKey) { books, _ in
            let key = StoredUpstreamKey(id: .sample, sealedKey: [1], requestsPerMinute: 1, createdAt: .testStart)
            _ = try await books.store.add(key, by: StoreFixture.actor, from: .none)
        },
        Act("changing an upstream key", .upstreamKeyChanged, announced: .upstreamKey) { books, subject in
            _ = try await books.store.setRequestsPerMinute(
                5, ofUpstreamKey: subject.upstreamKey, by: StoreFixture.actor, from: .none, at: .testStart)
        },
        Act("removing an upstream key", .upstreamKeyRemoved, announced: .upstreamKey) { books, subject in
            _ = try await books.store.removeUpstreamKey(
                subject.upstreamKey, by: StoreFixture.actor, from: .none, at: .testStart)
        },
    ]
}

/// Something that changes what is stored.
private struct Act: Sendable {
    let name: String
    let record: AuditAction
    /// What other processes are told; nil when memory holds nothing of it.
    let topic: Change.Topic?
    let run: @Sendable (StoreFixture, Subject) async throws -> Void

    init(
        _ name: String, _ record: AuditAction, announced topic: Change.Topic? = nil,
        run: @escaping @Sendable (StoreFixture, Subject) async throws -> Void
    ) {
        self.name = name
        self.record = record
        self.topic = topic
        self.run = run
    }
}

/// What acts act on.
private struct Subject: Sendable {
    let owner: JobOwner
    let admission: Admission
    let dispatching: JobID
    let accepted: JobID
    let completed: JobID
    let auditor: AdminTokenID
    let upstreamKey: UpstreamKeyID
    /// Told of everything.
    let webhook: WebhookID
    /// One that is due.
    let delivery: WebhookDeliveryID
}

extension StoreFixture {
    fileprivate func subject() async throws -> Subject {
        let owner = try await self.owner()
        try await limit(.team(owner.team), .cents(200), per: .day, alerts: [50, 70])
        let webhook = try await webhook(of: owner.team)
        _ = try await job(in: .failed, for: owner)
        var admission = self.admission(for: owner)
        admission.idempotencyKey = .sample("k1")
        let auditor = AdminToken.sample(newAdminTokenID(), role: .auditor)
        try await store.issue(auditor, secretHash: newHash(), by: StoreFixture.actor, from: .none)
        let key = UpstreamKeyID(stored: "spare")
        _ = try await store.add(
            StoredUpstreamKey(id: key, sealedKey: [1], requestsPerMinute: 1, createdAt: .testStart),
            by: StoreFixture.actor, from: .none)
        _ = try await claim(webhook)
        return Subject(
            owner: owner, admission: admission, dispatching: try await job(in: .dispatching, for: owner),
            accepted: try await job(in: .accepted, for: owner),
            completed: try await job(in: .completed, for: owner), auditor: auditor.id, upstreamKey: key,
            webhook: webhook, delivery: try await deliveries(to: webhook, of: owner.team)[0].id)
    }
}
