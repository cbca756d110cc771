import GatewayCore
import GatewayStore
import SQLDatabase

extension StoreContract {
    static let idempotencyRules = [
        Rule("a retry with the same key is told that the first is in progress, then gets its answer") { books in
            let owner = try await books.owner()
            let job = try await books.place(for: owner) { $0.repeats("k1") }
            try expect(try await books.retry("k1", for: owner), .inProgress(job), "the retry during the order")
            try await books.accept(job)
            let answer = OrderAnswer.accepted(body: "{\"request_id\":\"vinci-\(job)\"}")
            try expect(try await books.retry("k1", for: owner), .replay(job, answer), "the retry after the answer")
            try await books.apply(.completion(of: job, cost: .cents(26)))
            try expect(try await books.retry("k1", for: owner), .replay(job, answer), "the retry after the end")
        },
        Rule("a retry holds nothing and leaves nothing behind") { books in
            let owner = try await books.owner()
            _ = try await books.place(for: owner) { $0.repeats("k1") }
            let before = try await books.tables()
            for _ in 1...3 { _ = try await books.retry("k1", for: owner) }
            try expect(try await books.tables(), before, "what is stored")
        },
        Rule("an order whose outcome is unknown is not ordered again") { books in
            let owner = try await books.owner()
            let job = try await books.place(for: owner) { $0.repeats("k1") }
            try await books.apply(.plain(.outcomeLost, of: job))
            try expect(try await books.retry("k1", for: owner), .replay(job, .unknown), "the retry")
        },
        Rule("a refusal of Vinci's is replayed, status and words") { books in
            let owner = try await books.owner()
            let job = try await books.place(for: owner) { $0.repeats("k1") }
            try await books.apply(.plain(.notCreated, of: job))
            let answer = OrderAnswer.rejected(status: 400, detail: "prompt refused")
            try expect(try await books.retry("k1", for: owner), .replay(job, answer), "the retry")
        },
        Rule("the same key with other fields is refused, on record") { books in
            let owner = try await books.owner()
            _ = try await books.place(for: owner) { $0.repeats("k1") }
            let end = try await books.admit(for: owner) { $0.idempotencyKey = .sample("k1") }
            try expect(end, .mismatch, "the answer")
            let refused = try await books.store.audit(after: 0, action: .orderRefused, limit: 9).map(\.record.detail)
            try expect(refused, ["idempotency key was used for another order"], "the record")
        },
        Rule("a key is a team's own, and one for each route") { books in
            let (one, other) = (try await books.owner("one"), try await books.owner("other"))
            _ = try await books.place(for: one) { $0.repeats("k1") }
            _ = try await books.place(for: other) { $0.repeats("k1") }
            _ = try await books.place(for: one) {
                $0.idempotencyKey = IdempotencyKey(route: "image-to-video", text: "k1")
            }
            _ = try await books.place(for: one) { $0.repeats("k2") }
            let sibling = JobOwner(team: one.team, token: try await books.token(of: one.team))
            let end = try await books.retry("k1", for: sibling)
            guard case .inProgress = end else { throw ContractViolation(description: "another token got \(end)") }
        },
        Rule("after a passing reason the key may be used again") { books in
            let owner = try await books.owner()
            let first = try await books.place(for: owner) { $0.repeats("k1") }
            try await books.apply(
                Transition(
                    .notCreated, of: first, by: StoreFixture.actor, resolution: .release(verify: false),
                    freesIdempotencyKey: true))
            let second = try await books.place(for: owner) { $0.repeats("k1") }
            try expect(second == first, false, "whether it is the same job")
            let waiting = try await books.place(for: owner) {
                $0.repeats("k2")
                $0.readyKey = nil
            }
            try await books.apply(.plain(.cancelled, of: waiting))
            _ = try await books.place(for: owner) { $0.repeats("k2") }
        },
        Rule("an order refused before its hold does not use its key up") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(1), per: .day)
            for _ in 1...2 {
                guard case .overBudget = try await books.retry("k1", for: owner) else {
                    throw ContractViolation(description: "the order was not refused for its budget")
                }
            }
            try await books.limit(.team(owner.team), .cents(100), per: .day)
            _ = try await books.place(for: owner) { $0.repeats("k1") }
        },
        Rule("a replay comes before the cap of open jobs and before the budget") { books in
            let owner = try await books.owner()
            let job = try await books.place(for: owner) { $0.repeats("k1") }
            try await books.limit(.team(owner.team), .zero, per: .day)
            let end = try await books.admit(for: owner) {
                $0.repeats("k1")
                $0.openJobsMax = 1
            }
            try expect(end, .inProgress(job), "the answer")
        },
        Rule("old keys of ended jobs are forgotten, so many at a time, and no others") { books in
            let owner = try await books.owner()
            let late = Timestamp.testStart.adding(.hours(25))
            for name in ["a", "b", "c"] {
                let job = try await books.place(for: owner) { $0.repeats(name) }
                try await books.settle(job, cost: .cents(26))
            }
            let open = try await books.place(for: owner) { $0.repeats("open") }
            let young = try await books.place(for: owner, at: late) { $0.repeats("young") }
            try await books.settle(young, cost: .cents(26), at: late)
            let cutoff = Timestamp.testStart.adding(.hours(24))
            var forgotten: [Int] = []
            for _ in 1...3 {
                forgotten.append(try await books.store.forgetIdempotencyKeys(before: cutoff, limit: 2))
            }
            try expect(forgotten, [2, 1, 0], "how many were forgotten")
            _ = try await books.place(for: owner, at: late) { $0.repeats("a") }
            try expect(try await books.retry("open", for: owner, at: late), .inProgress(open), "the open job's key")
            guard case .replay(young, _) = try await books.retry("young", for: owner, at: late) else {
                throw ContractViolation(description: "a young key was forgotten")
            }
        },
    ]

    static let duplicateRules = [
        Rule("without a key, the same fields from the same token are a retry for a while") { books in
            let owner = try await books.owner()
            let job = try await books.place(for: owner) { $0.fingerprint = [1] }
            try expect(try await books.duplicate(for: owner, after: .seconds(60)), .inProgress(job), "during the order")
            try await books.accept(job, at: Timestamp.testStart.adding(.seconds(30)))
            guard case .replay(job, _) = try await books.duplicate(for: owner, after: .seconds(39)) else {
                throw ContractViolation(description: "an order accepted 9 s ago was not replayed")
            }
            let later = try await books.duplicate(for: owner, after: .seconds(40))
            guard case .admitted = later else { throw ContractViolation(description: "after the window: \(later)") }
        },
        Rule("an unknown or completed order of a moment ago is replayed, an ended one without a video is not") {
            books in
            for (state, isRetry) in [
                (JobState.queued, true), (.dispatching, true), (.accepted, true), (.unknown, true), (.completed, true),
                (.failed, false), (.refused, false), (.cancelled, false), (.writtenOff, false),
            ] {
                let owner = try await books.owner()
                let first = try await books.job(in: state, for: owner)
                try await books.tamper(
                    "UPDATE job SET fingerprint = $1 WHERE id = $2", [.blob([7]), .text(first.text)])
                let end = try await books.admit(for: owner) {
                    $0.fingerprint = [7]
                    $0.duplicateWindow = .seconds(10)
                }
                if case .admitted = end, isRetry {
                    throw ContractViolation(description: "a second order beside a \(state) one")
                }
                if !isRetry {
                    guard case .admitted = end else { throw ContractViolation(description: "\(state): \(end)") }
                }
            }
        },
        Rule("another token, other fields or an express wish make a second video") { books in
            let owner = try await books.owner()
            let sibling = JobOwner(team: owner.team, token: try await books.token(of: owner.team))
            _ = try await books.place(for: owner) { $0.fingerprint = [1] }
            _ = try await books.place(for: sibling) {
                $0.fingerprint = [1]
                $0.duplicateWindow = .seconds(10)
            }
            _ = try await books.place(for: owner) {
                $0.fingerprint = [2]
                $0.duplicateWindow = .seconds(10)
            }
            _ = try await books.place(for: owner) { $0.fingerprint = [1] }
        },
    ]
}

extension Admission {
    /// The one order that these rules repeat, under an idempotency key.
    fileprivate mutating func repeats(_ key: String) {
        idempotencyKey = .sample(key)
        fingerprint = Array(key.utf8)
    }
}

extension StoreFixture {
    fileprivate func retry(
        _ key: String, for owner: JobOwner, at now: Timestamp = .testStart
    ) async throws -> AdmissionEnd {
        try await admit(for: owner, at: now) { $0.repeats(key) }
    }

    fileprivate func duplicate(for owner: JobOwner, after pause: Duration) async throws -> AdmissionEnd {
        try await admit(for: owner, at: .testStart.adding(pause)) {
            $0.fingerprint = [1]
            $0.duplicateWindow = .seconds(10)
        }
    }
}
