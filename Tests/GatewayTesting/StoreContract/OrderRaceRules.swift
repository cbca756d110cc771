import GatewayCore
import GatewayStore

extension StoreContract {
    static let orderRaceRules = [
        Rule("of 64 orders at once against a budget for one, exactly one is taken") { books in
            for round in 0..<20 {
                let owner = try await books.owner("team-\(round)")
                let of = BudgetOwner.all(of: owner)[1 + round % 2]
                try await books.limit(of, .cents(28), per: BudgetPeriod.allCases[round % 4])
                let ends = try await books.orderAtOnce(64, for: [owner])
                try expect(ends.taken, 1, "the number taken in round \(round)")
                try expect(ends.overBudget, 63, "the number refused in round \(round)")
            }
        },
        Rule("orders at once of several teams never go past the organization's budget, nor past their own") { books in
            var owners: [JobOwner] = []
            for number in 0..<6 { owners.append(try await books.owner("team-\(number % 3)")) }
            try await books.limit(.organization, .cents(28 * 20 + 27), per: .month)
            for owner in owners { try await books.limit(.token(owner.token), .cents(28 * 5), per: .day) }
            let ends = try await books.orderAtOnce(20, for: owners)
            try expect(ends.taken, 20, "the number taken")
            for status in try await books.store.budgetStatuses(at: .testStart) {
                let isWithin = status.figures.held <= status.budget.limit
                try expect(isWithin, "\(status.budget.source) holds $\(status.figures.held)")
            }
        },
        Rule("orders at once never pass the cap of open jobs") { books in
            let owner = try await books.owner()
            let ends = try await books.orderAtOnce(64, for: [owner]) { $0.openJobsMax = 5 }
            try expect(ends.taken, 5, "the number taken")
        },
        Rule("of 64 orders at once with one idempotency key, one is taken and the others wait for it") { books in
            for round in 0..<5 {
                let owner = try await books.owner("team-\(round)")
                let ends = try await books.orderAtOnce(64, for: [owner]) {
                    $0.idempotencyKey = .sample("same")
                    $0.fingerprint = [1]
                }
                try expect(ends.taken, 1, "the number taken in round \(round)")
                try expect(ends.inProgress, 63, "the number that wait in round \(round)")
            }
        },
        Rule("of 64 equal orders at once without a key, one is taken and the others wait for it") { books in
            for round in 0..<5 {
                let owner = try await books.owner("team-\(round)")
                let ends = try await books.orderAtOnce(64, for: [owner]) {
                    $0.fingerprint = [1]
                    $0.duplicateWindow = .seconds(10)
                }
                try expect(ends.taken, 1, "the number taken in round \(round)")
                try expect(ends.inProgress, 63, "the number that wait in round \(round)")
            }
        },
        Rule("orders, settlements and budget changes at once lose and double nothing") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(1000), per: .day)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let job = try await books.place(for: owner, hold: .cents(2))
                        if number % 2 == 0 { try await books.settle(job, cost: .cents(1)) }
                    }
                    if number % 4 == 0 {
                        group.addTask { try await books.limit(.team(owner.team), .cents(1000), per: .day) }
                        group.addTask { try await books.limit(.organization, .cents(1000), per: .total) }
                    }
                }
                try await group.waitForAll()
            }
            for of in [BudgetOwner.team(owner.team), .token(owner.token), .organization] {
                let spend = try await books.store.spend(of: of)
                try expect(spend, BudgetFigures(captured: .cents(20), held: .cents(40)), "the spend of \(of)")
            }
            let day = try await books.status(.team(owner.team), per: .day).figures
            try expect(day, BudgetFigures(captured: .cents(20), held: .cents(40)), "the team's day")
        },
        Rule("processes that recover the same orders while their answers still come lose none of them") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(10_000), per: .day)
            var jobs: [JobID] = []
            for _ in 1...30 { jobs.append(try await books.place(for: owner)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for job in jobs { group.addTask { try await books.settle(job, cost: .cents(26)) } }
                for number in 1...4 {
                    group.addTask { _ = try await books.recover(by: ProcessID(stored: "next-\(number)")) }
                }
                try await group.waitForAll()
            }
            for job in jobs { try expect(try await books.state(of: job), .completed, "the state of \(job)") }
            let figures = try await books.status(.team(owner.team), per: .day).figures
            try expect(figures, BudgetFigures(captured: .cents(30 * 26), held: .zero), "the budget")
        },
        Rule("two processes that make the first owner at once make one") { books in
            let tokens = (1...16).map { _ in (AdminToken.sample(books.newAdminTokenID()), books.newHash()) }
            let isMade = try await withThrowingTaskGroup(of: Bool.self) { [store = books.store] group in
                for (token, hash) in tokens {
                    group.addTask {
                        try await store.issueFirstOwner(token, secretHash: hash, by: .gateway("bootstrap"))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try expect(isMade.count { $0 }, 1, "the number made")
            try expect(try await books.store.adminTokens().count, 1, "the number stored")
        },
        Rule("of two owners who revoke each other at once, one stays") { books in
            let (one, other) = (books.newAdminTokenID(), books.newAdminTokenID())
            for id in [one, other] {
                try await books.store.issue(
                    .sample(id), secretHash: books.newHash(), by: StoreFixture.actor, from: .none)
            }
            async let first = books.revoke(one)
            async let second = books.revoke(other)
            let ends = Set(try await [first, second])
            try expect(ends, [.revoked, .lastOwner], "the two ends")
        },
    ]
}

private struct OrderEnds {
    var taken = 0
    var overBudget = 0
    var inProgress = 0
}

extension StoreFixture {
    /// As many orders for each of the owners, all at the same time.
    fileprivate func orderAtOnce(
        _ count: Int, for owners: [JobOwner], _ adjust: (inout Admission) -> Void = { _ in }
    ) async throws -> OrderEnds {
        var admissions: [Admission] = []
        for _ in 0..<count {
            for owner in owners {
                var admission = self.admission(for: owner)
                adjust(&admission)
                admissions.append(admission)
            }
        }
        return try await withThrowingTaskGroup(of: AdmissionEnd.self) { [store] group in
            for admission in admissions { group.addTask { try await store.admit(admission, at: .testStart) } }
            return try await group.reduce(into: OrderEnds()) { ends, end in
                switch end {
                case .admitted: ends.taken += 1
                case .overBudget: ends.overBudget += 1
                case .inProgress: ends.inProgress += 1
                case .replay, .mismatch, .tooManyOpenJobs: break
                }
            }
        }
    }

    fileprivate func revoke(_ id: AdminTokenID) async throws -> AdminRevocation {
        try await store.revokeAdminToken(id, by: StoreFixture.actor, from: .none, at: .testStart)
    }
}
