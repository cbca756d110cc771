import Foundation
import GatewayCore
import GatewayStore

extension StoreContract {
    static let auditRules = [
        Rule("records come back as written, in order, page by page") { books in
            let records = (0..<7).map { number in
                AuditRecord(
                    at: Timestamp.testStart.adding(.seconds(number)), actor: .token(books.newKeyID()),
                    team: TeamID(stored: "marketing"), action: .statusRead, object: "job-\(number)", outcome: .done,
                    hold: .cents(1), cost: .cents(2), upstreamRequestID: RequestID(checked: "id"),
                    upstreamStatus: 200,
                    source: CallSource(clientAddress: "192.0.2.1", origin: "https://a.example", requestID: "req"),
                    detail: "naïve — “quoted”")
            }
            let bare = AuditRecord(
                at: .testStart, actor: .anonymous, team: nil, action: .authenticationRefused, object: "192.0.2.1",
                outcome: .refused)
            try await books.store.append(records + [bare])
            var read: [SequencedAuditRecord] = []
            while true {
                let page = try await books.store.audit(after: read.last?.seq ?? 0, limit: 3)
                guard !page.isEmpty else { break }
                read += page
            }
            try expect(read.map(\.record), records + [bare], "the records")
            try expect(read.map(\.seq), read.map(\.seq).sorted(), "their order")
            try expect(Set(read.map(\.seq)).count, 8, "the number of places")
        },
        Rule("records are found by team, action and object, alone and together") { books in
            let (one, other) = (try await books.owner("one"), try await books.owner("other"))
            let job = try await books.job(in: .completed, for: one)
            _ = try await books.job(in: .completed, for: other)
            let store = books.store
            let ofTeam = try await store.audit(after: 0, team: one.team, limit: 99)
            try expect(ofTeam.allSatisfy { $0.record.team == one.team }, "all are of the team")
            try expect(ofTeam.count, 5, "a team, a token and three steps")
            try expect(try await store.audit(after: 0, action: .jobCompleted, limit: 99).count, 2, "the completions")
            let both = try await store.audit(after: 0, team: one.team, action: .jobCompleted, limit: 99)
            try expect(both.map(\.record.object), [job.text], "the team's completion")
            let none = try await store.audit(after: 0, team: other.team, object: job.text, limit: 99)
            try expect(none.count, 0, "what another team finds about the job")
        },
        Rule("the records of a job tell its money, its id and who did it") { books in
            let owner = try await books.owner()
            let job = try await books.place(for: owner)
            try await books.settle(job, cost: .cents(31))
            let records = try await books.records(about: job.text)
            try expect(records.map(\.action), [.orderAdmitted, .orderAccepted, .jobCompleted], "the actions")
            try expect(records.map(\.hold), [.cents(28), .cents(28), .cents(28)], "the holds")
            try expect(records.map(\.cost), [nil, nil, .cents(31)], "the costs")
            let id = RequestID(checked: "vinci-\(job)")
            try expect(records.map(\.upstreamRequestID), [nil, id, id], "Vinci's ids")
            try expect(records.first?.actor, .token(owner.token), "who ordered")
        },
    ]

    static let usageRules = [
        Rule("usage adds up to the ledger, however it is grouped") { books in
            let owners = [try await books.owner("one"), try await books.owner("one"), try await books.owner("two")]
            for (number, state) in JobState.allCases.enumerated() {
                for (offset, owner) in owners.enumerated() {
                    let now = Timestamp.testStart.adding(.days(Int64(number + offset)))
                    _ = try await books.job(in: state, for: owner, at: now)
                }
            }
            let proof = try await books.store.verifyLedger()
            let end = Timestamp.testStart.adding(.days(100))
            for grouping in UsageGrouping.allCases {
                let rows = try await books.store.usage(from: .testStart, to: end, by: grouping)
                try expect(rows.map(\.group), rows.map(\.group).sorted(), "the order of \(grouping)")
                try expect(rows.reduce(0) { $0 + $1.figures.captured.count }, proof.captured.count, "\(grouping)")
                try expect(rows.reduce(0) { $0 + $1.figures.held.count }, proof.held.count, "held by \(grouping)")
                try expect(rows.reduce(0) { $0 + $1.figures.orders }, 27, "orders by \(grouping)")
                try expect(rows.reduce(0) { $0 + $1.figures.completed }, 3, "completed by \(grouping)")
                try expect(rows.reduce(0) { $0 + $1.figures.failed }, 3, "failed by \(grouping)")
                try expect(rows.reduce(0) { $0 + $1.figures.unknown }, 3, "unknown by \(grouping)")
                let length = rows.reduce(0) { $0 + $1.figures.videoMicroseconds }
                try expect(length, 15_000_000, "the length by \(grouping)")
            }
        },
        Rule("usage by day names the days of UTC in which orders were placed") { books in
            let owner = try await books.owner()
            for date in ["2026-11-22T00:00:00Z", "2026-11-22T23:59:59.999999Z", "2026-11-23T00:00:00Z"] {
                _ = try await books.place(for: owner, at: .at(date))
            }
            let rows = try await books.store.usage(
                from: .at("2026-11-22T00:00:00Z"), to: .at("2026-11-24T00:00:00Z"), by: .day)
            try expect(rows.map(\.group), ["2026-11-22", "2026-11-23"], "the days")
            try expect(rows.map(\.figures.orders), [2, 1], "the orders")
        },
        Rule("usage begins with its first instant and stops before its last") { books in
            let owner = try await books.owner()
            for offset in [-1, 0, 1, 2] {
                _ = try await books.place(for: owner, at: Timestamp.testStart.adding(.microseconds(offset)))
            }
            let end = Timestamp.testStart.adding(.microseconds(2))
            let rows = try await books.store.usage(from: .testStart, to: end, by: .team)
            try expect(rows.map(\.figures.orders), [2], "the orders")
            let since = try await books.store.usage(of: owner.team, since: .testStart)
            try expect(since.orders, 3, "the orders since then")
        },
        Rule("a team's usage is its own") { books in
            let (one, other) = (try await books.owner("one"), try await books.owner("other"))
            try await books.settle(try await books.place(for: one), cost: .cents(26))
            _ = try await books.place(for: other)
            let end = Timestamp.testStart.adding(.days(1))
            let rows = try await books.store.usage(from: .testStart, to: end, by: .token, of: other.team)
            try expect(rows.map(\.group), [other.token.text], "the tokens")
            try expect(rows.map(\.figures.captured), [.zero], "what was captured")
            let figures = try await books.store.usage(of: one.team, since: .testStart)
            try expect(figures.captured, .cents(26), "the other team's")
        },
        Rule("jobs are listed latest first, in pages, by team, token and state") { books in
            let owner = try await books.owner("one")
            let sibling = JobOwner(team: owner.team, token: try await books.token(of: owner.team))
            let other = try await books.owner("other")
            var all: [JobID] = []
            for number in 0..<9 {
                let of = [owner, sibling, other][number % 3]
                let now = Timestamp.testStart.adding(.seconds(number))
                all.append(try await books.job(in: number < 6 ? .accepted : .completed, for: of, at: now))
            }
            let store = books.store
            func ids(_ filter: JobFilter, before: JobID? = nil, limit: Int = 99) async throws -> [JobID] {
                try await store.jobs(filter, before: before, limit: limit).map(\.id)
            }
            try expect(try await ids(JobFilter()), all.reversed(), "all")
            let first = try await ids(JobFilter(team: owner.team), limit: 4)
            let second = try await ids(JobFilter(team: owner.team), before: first.last, limit: 4)
            try expect(first + second, [7, 6, 4, 3, 1, 0].map { all[$0] }, "the pages of a team")
            try expect(
                try await ids(JobFilter(team: owner.team, token: sibling.token)), [7, 4, 1].map { all[$0] }, "it")
            try expect(try await ids(JobFilter(state: .completed)), [8, 7, 6].map { all[$0] }, "the completed")
        },
    ]
}
