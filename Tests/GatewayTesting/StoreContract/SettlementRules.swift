import Foundation
import GatewayCore
import GatewayStore

extension StoreContract {
    static let settlementRules = [
        Rule("a capture takes the true cost and gives the rest of the hold back") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(30), per: .day)
            try await books.settle(try await books.place(for: owner), cost: .cents(20))
            let status = try await books.status(.team(owner.team), per: .day)
            try expect(status.figures, BudgetFigures(captured: .cents(20), held: .zero), "the figures")
            try expect(status.available, .cents(10), "what is left")
        },
        Rule("a cost above the hold is captured whole, and the owner goes over by it") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(28), per: .day)
            try await books.settle(try await books.place(for: owner), cost: .cents(31))
            let status = try await books.status(.team(owner.team), per: .day)
            try expect(status.figures.captured, .cents(31), "what was captured")
            try expect(status.available, .zero, "what is left")
            _ = try await books.shortage(for: owner, hold: MicroUSD(count: 1))
        },
        Rule("a cost of zero is a cost") { books in
            let owner = try await books.owner()
            let job = try await books.settle(try await books.place(for: owner), cost: .zero)
            try expect(job.result?.cost, .zero, "the cost")
            try expect(try await books.store.spend(of: .organization), .none, "the spend")
        },
        Rule("a failure gives all money back and is marked for verification") { books in
            let owner = try await books.owner()
            let job = try await books.job(in: .failed, for: owner)
            try expect(try await books.store.spend(of: .organization), .none, "the spend")
            try expect(try await books.isToVerify(job), true, "whether it is to be verified")
            let refused = try await books.job(in: .refused, for: owner)
            try expect(try await books.isToVerify(refused), false, "whether a refused order is to be verified")
        },
        Rule("an unknown order keeps its money however long it takes") { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(30), per: .total)
            _ = try await books.job(in: .unknown, for: owner)
            let later = Timestamp.testStart.adding(.days(400))
            let recovered = try await books.recover(by: .next, at: later)
            try expect(recovered.settled, [], "what a later start changed")
            _ = try await books.shortage(for: owner, at: later)
        },
        Rule("what was written off is charged") { books in
            let owner = try await books.owner()
            let job = try await books.job(in: .writtenOff, for: owner)
            let spend = try await books.store.spend(of: .team(owner.team))
            try expect(spend, BudgetFigures(captured: .cents(26), held: .zero), "the spend")
            let record = try await books.records(about: job.text).last
            try expect(record?.cost, .cents(26), "the cost on record")
            try expect(record?.detail, "seen on the bill", "the reason on record")
        },
        Rule("a finished video's new address is kept, with a record that does not tell it, and its money stays") {
            books in
            let owner = try await books.owner()
            let job = try await books.job(in: .completed, for: owner)
            let before = try await books.store.job(.job(job))
            let address = "https://v.example/canary-4711"
            try expect(
                try await books.store.renewVideoURL(address, of: job, at: .testStart), true, "whether it was kept")
            let after = try await books.store.job(.job(job))
            try expect(after?.result?.url, address, "the address")
            try expect(after?.result?.cost, before?.result?.cost, "the cost")
            try expect(after?.state, .completed, "the state")
            try expect(try await books.actions(about: job.text).last, .videoURLRenewed, "the last record")
            let told = try await books.records(about: job.text).contains { "\($0)".contains("canary") }
            try expect(told, false, "whether a record tells the address")
            try expect(
                try await books.store.renewVideoURL(address, of: job, at: .testStart), false,
                "whether the same address is kept twice")
        },
        Rule("a job without a video gets no address for one") { books in
            let owner = try await books.owner()
            for state in JobState.allCases where state != .completed {
                let job = try await books.job(in: state, for: owner)
                let records = try await books.actions(about: job.text)
                let isKept = try await books.store.renewVideoURL("https://v.example/x", of: job, at: .testStart)
                try expect(isKept, false, "whether a \(state) job got an address")
                try expect(try await books.actions(about: job.text), records, "its records")
            }
        },
        Rule("a derived cost says that it is, and delivered seconds keep their decimals") { books in
            let job = try await books.job(in: .accepted, for: try await books.owner())
            let result = VideoResult(
                url: nil, seconds: Decimal(sign: .plus, exponent: -1, significand: 52), cost: .cents(26),
                isCostDerived: true)
            let ended = try await books.apply(
                Transition(
                    .completed, of: job, by: StoreFixture.actor, result: result, resolution: .capture(.cents(26))))
            try expect(ended.result, result, "the result")
        },
        Rule("what is captured is what is stored as the cost, also when the result does not say so") { books in
            let owner = try await books.owner()
            let job = try await books.job(in: .accepted, for: owner)
            let ended = try await books.apply(
                Transition(.completed, of: job, by: StoreFixture.actor, resolution: .capture(.cents(26))))
            try expect(ended.result?.cost, .cents(26), "the cost")
            let lost = try await books.job(in: .unknown, for: owner)
            let writtenOff = try await books.apply(
                Transition(.writtenOff, of: lost, by: StoreFixture.actor, resolution: .writeOff(.cents(3))))
            try expect(writtenOff.result?.cost, .cents(3), "the cost that was written off")
        },
        Rule("absurd lengths of videos do not spoil the sums of a team") { books in
            let owner = try await books.owner()
            for seconds in [Decimal(string: "9000000000000"), 9_000_000_000_000, -5] {
                let job = try await books.job(in: .accepted, for: owner)
                let result = VideoResult(url: nil, seconds: seconds, cost: .cents(26), isCostDerived: false)
                try await books.apply(
                    Transition(
                        .completed, of: job, by: StoreFixture.actor, result: result, resolution: .capture(.cents(26))))
            }
            let usage = try await books.store.usage(of: owner.team, since: .testStart)
            try expect(usage.completed, 3, "the number completed")
            try expect(usage.videoMicroseconds, 0, "the length that can be believed")
        },
    ]

    static let recoveryRules = [
        Rule("after a crash, what may have been sent is unknown and what was not is cancelled") { books in
            let owner = try await books.owner()
            let later = Timestamp.testStart.adding(.minutes(1))
            var jobs: [JobState: JobID] = [:]
            for state in JobState.allCases { jobs[state] = try await books.job(in: state, for: owner) }
            let recovered = try await books.recover(by: .next, at: later)
            try expect(recovered.settled.count, 2, "the number that changed")
            try expect(recovered.followed.map(\.id), [jobs[.accepted]], "what the next process follows")
            for (state, job) in jobs {
                let wanted: JobState =
                    switch state {
                    case .dispatching: .unknown
                    case .queued: .cancelled
                    default: state
                    }
                try expect(try await books.state(of: job), wanted, "the state of what was \(state)")
            }
            try expect(try await books.recover(by: .next, at: later), TakenOver(), "what a second look finds")
            let held = try await books.store.spend(of: .token(owner.token)).held
            try expect(held, .cents(3 * 28), "what stays held: the accepted and two unknown")
        },
        Rule("a process does not recover its own orders") { books in
            let owner = try await books.owner()
            let job = try await books.place(for: owner)
            try expect(try await books.recover(by: .sample), TakenOver(), "what changed")
            try expect(try await books.state(of: job), .dispatching, "the state")
        },
        Rule("a retry of a lost order is told so; a retry of one that was never sent is a new order") { books in
            let owner = try await books.owner()
            let sent = try await books.place(for: owner) {
                $0.idempotencyKey = .sample("sent")
                $0.fingerprint = [1]
            }
            let unsent = try await books.place(for: owner) {
                $0.idempotencyKey = .sample("unsent")
                $0.fingerprint = [2]
                $0.readyKey = nil
            }
            _ = try await books.recover(by: .next)
            let end = try await books.admit(for: owner) {
                $0.idempotencyKey = .sample("sent")
                $0.fingerprint = [1]
            }
            try expect(end, .replay(sent, .unknown), "the retry of the lost order")
            let again = try await books.place(for: owner) {
                $0.idempotencyKey = .sample("unsent")
                $0.fingerprint = [2]
            }
            try expect(again == unsent, false, "whether it is the old job")
        },
    ]
}

extension StoreFixture {
    fileprivate func isToVerify(_ job: JobID) async throws -> Bool {
        let sql = "UPDATE hold_resolution SET to_verify = 1 WHERE job_id = '\(job)' AND to_verify = 1"
        return try await tamper(sql) == 1
    }
}
