import GatewayCore
import GatewayStore

extension StoreContract {
    /// A random history of orders, steps of jobs, changes of budgets and of the time, compared with ``BookModel`` at every
    /// point and in the end.
    /// - Throws: `ContractViolation` that names the seed.
    package func checkHistory(seed: UInt64, length: Int = 60) async throws {
        try await withBooks { books in
            do {
                var history = try await BookHistory(books, seed: seed)
                for _ in 0..<length { try await history.step() }
                try await history.checkFigures()
                try await books.expectSoundLedger()
            } catch {
                throw ContractViolation(description: "seed \(seed): \(error)")
            }
        }
    }
}

private struct BookHistory {
    let books: StoreFixture
    let owners: [JobOwner]
    var model = BookModel()
    var random: SeededRandom
    var now = Timestamp.at("2026-10-24T20:00:00Z")

    init(_ books: StoreFixture, seed: UInt64) async throws {
        self.books = books
        random = SeededRandom(seed: seed)
        var owners: [JobOwner] = []
        for number in 0..<4 { owners.append(try await books.owner("team-\(number % 2)", at: now)) }
        self.owners = owners
    }

    mutating func step() async throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45: try await order()
        case 45..<75: try await moveJob()
        case 75..<86: try await setBudget()
        case 86..<89: try await removeBudget()
        case 89..<92: try await checkFigures()
        // Dates are read before an order's turn comes: now and then one is a little older than the last.
        case 92..<95: now = now.adding(.seconds(-Int64.random(in: 0...7200, using: &random)))
        default: now = now.adding(.seconds(Int64.random(in: 0...100_000, using: &random)))
        }
    }

    private mutating func order() async throws {
        let owner = pick(owners)
        let hold = MicroUSD.cents(Int64.random(in: 0...60, using: &random))
        let cap = random.chance(10) ? 2 : 100
        let isQueued = random.chance(20)
        let wanted = try model.refusal(of: hold, for: owner, openJobsMax: cap, at: now)
        let end = try await books.admit(for: owner, hold: hold, at: now) {
            $0.openJobsMax = cap
            if isQueued { $0.readyKey = nil }
        }
        if let wanted { return try expect(end, wanted, "the answer to an order of $\(hold)") }
        guard case .admitted(let placed) = end else {
            throw ContractViolation(description: "an order of $\(hold) that fits was answered \(end)")
        }
        model.orders.append(
            BookModel.Order(job: placed.job, owner: owner, hold: hold, placed: now, state: placed.state))
    }

    private mutating func moveJob() async throws {
        guard let index = model.orders.indices.randomElement(using: &random) else { return }
        let order = model.orders[index]
        let cost = MicroUSD.cents(Int64.random(in: 0...80, using: &random))
        let events = random.chance(80) ? JobEvent.allCases.filter { order.state.after($0) != nil } : JobEvent.allCases
        guard let event = events.randomElement(using: &random) else { return }
        let result = try await books.store.apply(.random(event, of: order.job, cost: cost), at: now)
        guard let next = order.state.after(event) else {
            return try expect(result, .tooLate(order.state), "\(event) of a \(order.state) job")
        }
        guard case .done(let job) = result, job.state == next else {
            throw ContractViolation(description: "\(event) of a \(order.state) job: \(result)")
        }
        model.orders[index].state = next
        guard next.isEnded else { return }
        model.orders[index].charged = next == .completed || next == .writtenOff ? cost : .zero
    }

    private mutating func setBudget() async throws {
        let budget = Budget(
            owner: pick(BudgetOwner.all(of: pick(owners))), period: pick(BudgetPeriod.allCases),
            limit: .cents(Int64.random(in: 0...400, using: &random)), zone: .named(pick(BookHistory.zones)))
        try await books.limit(budget.owner, budget.limit, per: budget.period, in: budget.zone, at: now)
        model.set(budget)
    }

    private mutating func removeBudget() async throws {
        let owner = pick(BudgetOwner.all(of: pick(owners)))
        let period = pick(BudgetPeriod.allCases)
        let isRemoved = try await books.store.removeBudget(
            of: owner, per: period, by: StoreFixture.actor, from: .none, at: now)
        try expect(isRemoved, model.remove(owner, period), "whether \(owner)/\(period) was removed")
    }

    func checkFigures() async throws {
        let all = Set(owners.flatMap { BudgetOwner.all(of: $0) })
        for owner in all {
            try expect(try await books.store.spend(of: owner), try model.figures(of: owner), "the spend of \(owner)")
        }
        let found = try await books.store.budgetStatuses(at: now)
        try expect(Set(found), Set(try model.statuses(of: Array(all), at: now)), "the budgets at \(now.rfc3339)")
    }

    private mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: choices.indices, using: &random)]
    }

    private static let zones = [
        "UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Apia", "America/St_Johns",
    ]
}

extension Transition {
    fileprivate static func random(_ event: JobEvent, of job: JobID, cost: MicroUSD) -> Transition {
        switch event {
        case .completed: completion(of: job, cost: cost)
        case .writtenOff:
            Transition(
                .writtenOff, of: job, by: StoreFixture.actor,
                result: VideoResult(url: nil, seconds: nil, cost: cost, isCostDerived: false),
                resolution: .writeOff(cost))
        default: plain(event, of: job)
        }
    }
}
