import Foundation
import GatewayCore
import GatewayStore

extension StoreContract {
    static let transitionRules = [
        Rule("every step of the table happens, with one record; no other step writes anything") { books in
            for state in JobState.allCases {
                for event in JobEvent.allCases { try await books.checkStep(event, from: state) }
            }
        },
        Rule("a step happens once") { books in
            for state in JobState.allCases {
                for event in JobEvent.allCases {
                    guard let next = state.after(event) else { continue }
                    let job = try await books.job(in: state, for: try await books.owner())
                    try await books.apply(.plain(event, of: job))
                    let again = try await books.store.apply(.plain(event, of: job), at: .testStart)
                    try expect(again, .tooLate(next), "\(event) of a \(state) job, repeated")
                }
            }
        },
        Rule("an ended job never changes again, whatever is tried") { books in
            let owner = try await books.owner()
            for state in JobState.allCases where state.isEnded {
                let job = try await books.job(in: state, for: owner)
                let before = try await books.tables()
                for event in JobEvent.allCases {
                    let result = try await books.store.apply(.plain(event, of: job), at: .testStart.adding(.hours(1)))
                    try expect(result, .tooLate(state), "\(event)")
                }
                let isStalled = try await books.store.markStalled(job, reason: "late", at: .testStart)
                try expect(isStalled, false, "whether it was marked as stalled")
                try expect(try await books.tables(), before, "what is stored")
            }
        },
        Rule("a step of a job that does not exist writes nothing") { books in
            _ = try await books.owner()
            let before = try await books.tables()
            let result = try await books.store.apply(.plain(.completed, of: books.newJobID()), at: .testStart)
            try expect(result, .noSuchJob, "the result")
            try expect(try await books.tables(), before, "what is stored")
        },
        Rule("16 tasks that settle one job capture once") { books in
            for _ in 1...10 {
                let owner = try await books.owner()
                try await books.limit(.token(owner.token), .cents(100), per: .day)
                let job = try await books.job(in: .accepted, for: owner)
                let results = try await books.atOnce((1...16).map { .completion(of: job, cost: .cents($0)) })
                let done = results.compactMap(\.job)
                try expect(done.count, 1, "the number of captures")
                try expect(results.count { $0 == .tooLate(.completed) }, 15, "the number that came too late")
                let cost = try await books.found(job).result?.cost ?? .zero
                try expect(done.first?.result?.cost, cost, "the cost that was told")
                let figures = try await books.status(.token(owner.token), per: .day).figures
                try expect(figures, BudgetFigures(captured: cost, held: .zero), "the budget")
            }
        },
        Rule("of a completion and a failure at once, one counts") { books in
            for _ in 1...10 {
                let owner = try await books.owner()
                let job = try await books.job(in: .accepted, for: owner)
                let results = try await books.atOnce([.plain(.completed, of: job), .plain(.failed, of: job)])
                try expect(results.compactMap(\.job).count, 1, "the number of ends")
                let charged = try await books.store.spend(of: .token(owner.token))
                let wanted: MicroUSD = try await books.state(of: job) == .completed ? .cents(26) : .zero
                try expect(charged, BudgetFigures(captured: wanted, held: .zero), "the spend")
            }
        },
        Rule("facts that a step does not bring stay as they are") { books in
            let owner = try await books.owner()
            let job = try await books.place(for: owner) { $0.readyKey = nil }
            let (sent, accepted) = (Timestamp.testStart.adding(.seconds(1)), Timestamp.testStart.adding(.seconds(2)))
            let ended = Timestamp.testStart.adding(.seconds(9))
            try await books.apply(.plain(.dispatched, of: job), at: sent)
            try await books.accept(job, at: accepted)
            let last = try await books.apply(.completion(of: job, cost: .cents(26)), at: ended)
            try expect(last.upstreamKey, .sample, "the key")
            try expect(last.requestID, RequestID(checked: "vinci-\(job)"), "Vinci's id")
            try expect(last.createdAt, .testStart, "when it was made")
            try expect(last.acceptedAt, accepted, "when it was accepted")
            try expect(last.endedAt, ended, "when it ended")
            try expect(last.hold, .cents(28), "the hold")
            let result = VideoResult(
                url: "https://storage.googleapis.com/v/\(job).mp4", seconds: 5, cost: .cents(26), isCostDerived: false)
            try expect(last.result, result, "the result")
            try expect(try await books.found(job), last, "what is stored")
        },
        Rule("an accepted job is marked as stalled once, and stays accepted") { books in
            let owner = try await books.owner()
            let job = try await books.job(in: .accepted, for: owner)
            let late = Timestamp.testStart.adding(.days(1))
            try expect(try await books.store.markStalled(job, reason: "late", at: late), true, "the first time")
            try expect(try await books.store.markStalled(job, reason: "late", at: late), false, "the second time")
            let found = try await books.found(job)
            try expect(found.state, .accepted, "the state")
            try expect(found.stalledAt, late, "since when it is stalled")
            try expect(try await books.actions(about: job.text).count { $0 == .jobStalled }, 1, "the records")
            try expect(try await books.store.spend(of: .organization).held, .cents(28), "what stays held")
        },
    ]

    static let acceptanceRules = [
        Rule("Vinci's id leads to the job") { books in
            let job = try await books.job(in: .accepted, for: try await books.owner())
            let found = try await books.store.job(.request(RequestID(checked: "vinci-\(job)")))
            try expect(found?.id, job, "the job")
            try expect(try await books.store.job(.request(RequestID(checked: "other"))), nil, "another id")
        },
        Rule("an id that Vinci gave before does not name a second job") { books in
            let owner = try await books.owner()
            let first = try await books.place(for: owner)
            let second = try await books.place(for: owner)
            try await books.apply(.acceptance(of: first, requestID: "same"))
            let before = try await books.tables()
            let result = try await books.store.apply(.acceptance(of: second, requestID: "same"), at: .testStart)
            try expect(result, .requestIDTaken, "the result")
            try expect(try await books.tables(), before, "what is stored")
            try await books.apply(.plain(.outcomeLost, of: second))
        },
        Rule("of 16 jobs accepted at once under one id, one has it") { books in
            let owner = try await books.owner()
            for round in 1...5 {
                var acceptances: [Transition] = []
                for _ in 1...16 {
                    acceptances.append(.acceptance(of: try await books.place(for: owner), requestID: "id-\(round)"))
                }
                let results = try await books.atOnce(acceptances)
                try expect(results.compactMap(\.job).count, 1, "the number accepted")
                try expect(results.count { $0 == .requestIDTaken }, 15, "the number that found it taken")
            }
        },
        Rule("an unknown order that turns up at Vinci is accepted, and settles as any other") { books in
            let owner = try await books.owner()
            let job = try await books.job(in: .unknown, for: owner)
            try await books.settle(job, cost: .cents(26))
            let wanted: [AuditAction] = [.orderAdmitted, .orderUnknown, .orderAccepted, .jobCompleted]
            try expect(try await books.actions(about: job.text), wanted, "the records")
        },
    ]
}

extension StoreFixture {
    fileprivate func checkStep(_ event: JobEvent, from state: JobState) async throws {
        let owner = try await self.owner()
        let job = try await self.job(in: state, for: owner)
        let before = try await tables()
        let records = try await actions(about: job.text)
        let result = try await store.apply(.plain(event, of: job), at: .testStart)
        guard let next = state.after(event) else {
            try expect(result, .tooLate(state), "\(event) of a \(state) job")
            return try expect(try await tables(), before, "what is stored after \(event) of a \(state) job")
        }
        try expect(result.job?.state, next, "\(event) of a \(state) job")
        try expect(try await actions(about: job.text), records + [AuditAction(event)], "the records of \(event)")
        let spend = try await store.spend(of: .token(owner.token))
        let charged: MicroUSD = next == .completed || next == .writtenOff ? .cents(26) : .zero
        let held: MicroUSD = next.isEnded ? .zero : .cents(28)
        try expect(spend, BudgetFigures(captured: charged, held: held), "the spend after \(event)")
    }

    /// The results of transitions that are all made at the same time, in the order in which they come.
    fileprivate func atOnce(_ transitions: [Transition]) async throws -> [TransitionResult] {
        try await withThrowingTaskGroup(of: TransitionResult.self) { [store] group in
            for transition in transitions { group.addTask { try await store.apply(transition, at: .testStart) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

extension TransitionResult {
    fileprivate var job: Job? {
        guard case .done(let job) = self else { return nil }
        return job
    }
}
