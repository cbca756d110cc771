import GatewayCore
import GatewayStore

extension StoreContract {
    static let teamRules = [
        Rule("a team is found as it was made; its id is taken for good") { books in
            var team = Team.sample(
                TeamID(stored: "research"), openJobsMax: 7, allowedOrigins: [try origin("https://app.example")])
            team.requestsPerMinute = 30
            let isMade = try await books.store.create(team, by: StoreFixture.actor, from: .none)
            try expect(isMade, true, "whether it was made")
            try expect(try await books.store.teams(), [team], "the teams")
            _ = try await books.change(team.id) { $0.state = .archived }
            let before = try await books.tables()
            let isMadeAgain = try await books.store.create(team, by: StoreFixture.actor, from: .none)
            try expect(isMadeAgain, false, "whether the archived id was given again")
            try expect(try await books.tables(), before, "what is stored")
        },
        Rule("a change of a team tells what changed, and only that") { books in
            let team = try await books.team()
            let changed = try await books.change(team) {
                $0.state = .suspended
                $0.openJobsMax = 3
            }
            try expect(changed?.state, .suspended, "the state")
            try expect(try await books.store.teams().first, changed, "the stored team")
            let record = try await books.records(about: team.text).last
            try expect(record?.action, .teamChanged, "the action")
            try expect(record?.detail, "state suspended, open_jobs_max 3", "the detail")
            let before = try await books.tables()
            _ = try await books.change(team) { $0.openJobsMax = 3 }
            try expect(try await books.tables(), before, "what is stored after a change of nothing")
            try expect(try await books.change(TeamID(stored: "nobody")) { $0.name = "x" }, nil, "nobody's change")
        },
        Rule("archiving a team is on record as such") { books in
            let team = try await books.team()
            _ = try await books.change(team) { $0.state = .archived }
            try expect(try await books.actions(about: team.text), [.teamCreated, .teamArchived], "the records")
        },
        Rule("changes are announced without gaps, and a snapshot says up to which it knows") { books in
            let owner = try await books.owner()
            let snapshot = try await books.store.directorySnapshot()
            try expect(snapshot.teams.map(\.id), [owner.team], "the teams")
            try expect(snapshot.tokens.map(\.token.keyID), [owner.token], "the tokens")
            try expect(snapshot.lastChange, 2, "the last change: a team and a token")
            _ = try await books.change(owner.team) { $0.name = "New" }
            try await books.limit(.organization, .cents(1), per: .day)
            let changes = try await books.store.changes(after: snapshot.lastChange)
            try expect(changes.map(\.id), [3, 4], "the ids")
            try expect(changes.map(\.topic), [.team, .budget], "the topics")
            try expect(changes.map(\.object), ["marketing", "organization:default/day"], "the objects")
            let one = try await books.store.changes(after: 0, limit: 1)
            try expect(one.map(\.id), [1], "the first change alone")
        },
        Rule("old changes are forgotten, so many at a time; newer ones and the count stay") { books in
            let later = Timestamp.testStart.adding(.hours(1))
            for name in ["a", "b", "c"] { try await books.team(name) }
            try await books.team("d", at: later)
            var forgotten: [Int] = []
            for _ in 1...3 { forgotten.append(try await books.store.forgetChanges(before: later, limit: 2)) }
            try expect(forgotten, [2, 1, 0], "how many were forgotten")
            try expect(try await books.store.changes(after: 0).map(\.id), [4], "what is left")
            try await books.team("e", at: later)
            try expect(try await books.store.changes(after: 4).map(\.id), [5], "the next change")
        },
        Rule("the first value of a name is kept") { books in
            try expect(try await books.store.keepFirst([1], as: "check"), [1], "the first")
            try expect(try await books.store.keepFirst([2], as: "check"), [1], "the second")
        },
    ]

    static let probeRules = [
        Rule("the probe order is refused and leaves nothing behind") { books in
            let before = try await books.tables()
            for _ in 1...2 {
                try expect(try await books.store.refusesProbeOrder(at: .testStart), true, "whether it was refused")
            }
            try expect(try await books.tables(), before, "what is stored")
        },
        Rule("the probe works beside a team of the probe's name and in an organization without money") { books in
            _ = try await books.owner("startup-probe")
            try await books.limit(.organization, .zero, per: .total)
            try expect(try await books.store.refusesProbeOrder(at: .testStart), true, "whether it was refused")
        },
    ]
}

extension StoreFixture {
    func change(_ team: TeamID, _ change: @escaping @Sendable (inout Team) -> Void) async throws -> Team? {
        try await store.changeTeam(team, by: StoreFixture.actor, from: .none, at: .testStart, change)
    }
}
