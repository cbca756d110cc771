import GatewayCore
import GatewayStore

extension StoreContract {
    static let tokenRules = [
        Rule("a token is found as it was issued, with its hash, in its team") { books in
            let (one, other) = (try await books.team("one"), try await books.team("other"))
            _ = try await books.token(of: other)
            let hash = books.newHash()
            let token = Token.sample(
                books.newKeyID(), of: one, scopes: [.statusRead, .billingRead], ownJobsOnly: true,
                allowedOrigins: [try origin("https://app.example"), try origin("http://localhost:3000")],
                expiresAt: Timestamp.testStart.adding(.days(30)))
            let isIssued = try await books.store.issue(token, secretHash: hash, by: StoreFixture.actor, from: .none)
            try expect(isIssued, true, "whether it was issued")
            let found = try await books.store.tokens(of: one)
            try expect(found.map(\.token), [token], "the team's tokens")
            try expect(found.first?.secretHash, hash, "the hash")
            try expect(try await books.store.tokens(of: nil).count, 2, "the number of all tokens")
            try expect(try await books.store.token(token.keyID), found.first, "the token by its id")
            try expect(try await books.store.token(books.newKeyID()), nil, "another id")
            try expect(try await books.actions(about: token.keyID.text), [.tokenIssued], "the records")
        },
        Rule("a team that is missing or archived gets no token") { books in
            let gone = try await books.team("gone")
            _ = try await books.change(gone) { $0.state = .archived }
            let before = try await books.tables()
            for team in [gone, TeamID(stored: "nobody")] {
                let token = Token.sample(books.newKeyID(), of: team)
                let isIssued = try await books.store.issue(
                    token, secretHash: books.newHash(), by: StoreFixture.actor, from: .none)
                try expect(isIssued, false, "whether \(team) got one")
            }
            try expect(try await books.tables(), before, "what is stored")
        },
        Rule("a token changes as told, on record; without a difference nothing is written") { books in
            let owner = try await books.owner()
            let changed = try await books.change(owner.token) {
                $0.requestsPerMinute = 3
                $0.scopes = [.statusRead]
                $0.expiresAt = Timestamp.testStart.adding(.hours(1))
            }
            try expect(changed?.requestsPerMinute, 3, "the limit")
            try expect(try await books.store.tokens(of: owner.team).map(\.token), [changed].compactMap(\.self), "it")
            let before = try await books.tables()
            let same = try await books.change(owner.token) { $0.requestsPerMinute = 3 }
            try expect(same, changed, "the token after no change")
            try expect(try await books.tables(), before, "what is stored")
        },
        Rule("a revoked token stays revoked since the first time and cannot be changed") { books in
            let owner = try await books.owner()
            let later = Timestamp.testStart.adding(.hours(1))
            for now in [Timestamp.testStart, later] {
                let isRevoked = try await books.store.revokeToken(
                    owner.token, of: nil, by: StoreFixture.actor, from: .none, at: now)
                try expect(isRevoked, true, "whether it was revoked")
            }
            let found = try await books.store.tokens(of: owner.team).first?.token
            try expect(found?.revokedAt, .testStart, "since when")
            try expect(try await books.change(owner.token) { $0.name = "x" }, nil, "the change")
            let actions = try await books.actions(about: owner.token.text)
            try expect(actions, [.tokenIssued, .tokenRevoked], "the records")
        },
        Rule("another team's token is as if it did not exist") { books in
            let owner = try await books.owner("one")
            let other = try await books.team("other")
            let before = try await books.tables()
            let isRevoked = try await books.store.revokeToken(
                owner.token, of: other, by: StoreFixture.actor, from: .none, at: .testStart)
            try expect(isRevoked, false, "whether it was revoked")
            let changed = try await books.store.changeToken(
                owner.token, of: other, by: StoreFixture.actor, from: .none, at: .testStart
            ) { $0.name = "stolen" }
            try expect(changed, nil, "the change")
            try expect(try await books.tables(), before, "what is stored")
        },
        Rule("the last use of a token never goes back") { books in
            let owner = try await books.owner()
            let (early, late) = (Timestamp.testStart, Timestamp.testStart.adding(.seconds(60)))
            for now in [early, late, early] { try await books.store.noteUse(of: [owner.token: now]) }
            try expect(try await books.store.tokens(of: owner.team).first?.lastUsedAt, late, "the last use")
        },
    ]

    static let adminRules = [
        Rule("an administrator is found as issued, oldest first") { books in
            let first = AdminToken.sample(books.newAdminTokenID(), role: .auditor, expiresAt: .testStart)
            let second = AdminToken.sample(books.newAdminTokenID(), at: Timestamp.testStart.adding(.seconds(1)))
            let hash = books.newHash()
            try await books.store.issue(second, secretHash: books.newHash(), by: StoreFixture.actor, from: .none)
            try await books.store.issue(first, secretHash: hash, by: StoreFixture.actor, from: .none)
            let found = try await books.store.adminTokens()
            try expect(found.map(\.token), [first, second], "the administrators")
            try expect(found.first?.secretHash, hash, "the hash")
        },
        Rule("the last valid owner cannot be revoked; others can") { books in
            let owner = AdminToken.sample(books.newAdminTokenID())
            let expired = AdminToken.sample(books.newAdminTokenID(), expiresAt: .testStart)
            let auditor = AdminToken.sample(books.newAdminTokenID(), role: .auditor)
            for token in [owner, expired, auditor] {
                try await books.store.issue(token, secretHash: books.newHash(), by: StoreFixture.actor, from: .none)
            }
            let before = try await books.tables()
            try expect(try await books.revoke(owner.id), .lastOwner, "the last valid owner")
            try expect(try await books.revoke(books.newAdminTokenID()), .noSuchToken, "nobody")
            try expect(try await books.tables(), before, "what is stored")
            try expect(try await books.revoke(auditor.id), .revoked, "the auditor")
            try expect(try await books.revoke(auditor.id), .revoked, "the auditor again")
            let next = AdminToken.sample(books.newAdminTokenID())
            try await books.store.issue(next, secretHash: books.newHash(), by: StoreFixture.actor, from: .none)
            try expect(try await books.revoke(owner.id), .revoked, "the owner with a successor")
            let actions = try await books.actions(about: auditor.id.text)
            try expect(actions, [.adminIssued, .adminRevoked], "the auditor's records")
        },
        Rule("the first owner is made only while there is no administrator, revoked ones included") { books in
            let token = AdminToken.sample(books.newAdminTokenID(), role: .auditor)
            try await books.store.issue(token, secretHash: books.newHash(), by: StoreFixture.actor, from: .none)
            _ = try await books.revoke(token.id)
            let isMade = try await books.store.issueFirstOwner(
                .sample(books.newAdminTokenID()), secretHash: books.newHash(), by: StoreFixture.actor)
            try expect(isMade, false, "whether a first owner was made")
        },
    ]

    static let upstreamKeyRules = [
        Rule("a Vinci key is added once, changed, and removed") { books in
            let key = StoredUpstreamKey(
                id: .sample, sealedKey: [1, 2, 3], requestsPerMinute: 10, createdAt: .testStart)
            try expect(try await books.store.add(key, by: StoreFixture.actor, from: .none), true, "the first time")
            try expect(try await books.store.add(key, by: StoreFixture.actor, from: .none), false, "the second time")
            let isChanged = try await books.store.setRequestsPerMinute(
                20, ofUpstreamKey: key.id, by: StoreFixture.actor, from: .none, at: .testStart)
            try expect(isChanged, true, "whether it was changed")
            let found = try await books.store.upstreamKeys()
            try expect(found.map(\.requestsPerMinute), [20], "the limit")
            try expect(found.map(\.sealedKey), [[1, 2, 3]], "the sealed key")
            try expect(try await books.removeSampleKey(), .removed, "the removal")
            try expect(try await books.removeSampleKey(), .noSuchKey, "the removal again")
            let isFound = try await books.store.setRequestsPerMinute(
                20, ofUpstreamKey: key.id, by: StoreFixture.actor, from: .none, at: .testStart)
            try expect(isFound, false, "whether a removed key was changed")
            let actions = try await books.actions(about: key.id.text)
            let wanted: [AuditAction] = [.upstreamKeyAdded, .upstreamKeyChanged, .upstreamKeyRemoved]
            try expect(actions, wanted, "the records")
        },
        Rule("a key that open jobs still need is kept") { books in
            let key = StoredUpstreamKey(
                id: .sample, sealedKey: [1, 2, 3], requestsPerMinute: 10, createdAt: .testStart)
            _ = try await books.store.add(key, by: StoreFixture.actor, from: .none)
            let owner = try await books.owner()
            let job = try await books.job(in: .accepted, for: owner)
            _ = try await books.job(in: .unknown, for: owner)
            try expect(try await books.removeSampleKey(), .inUse(openJobs: 2), "the removal")
            try await books.apply(.plain(.completed, of: job))
            try expect(try await books.removeSampleKey(), .inUse(openJobs: 1), "the removal")
        },
    ]
}

func origin(_ text: String) throws -> Origin {
    guard let origin = Origin(text) else { throw ContractViolation(description: "\(text) is no origin") }
    return origin
}

extension StoreFixture {
    fileprivate func change(_ token: KeyID, _ change: @escaping @Sendable (inout Token) -> Void) async throws -> Token?
    {
        try await store.changeToken(token, of: nil, by: StoreFixture.actor, from: .none, at: .testStart, change)
    }

    fileprivate func revoke(_ id: AdminTokenID) async throws -> AdminRevocation {
        try await store.revokeAdminToken(id, by: StoreFixture.actor, from: .none, at: .testStart)
    }

    fileprivate func removeSampleKey() async throws -> UpstreamKeyRemoval {
        try await store.removeUpstreamKey(.sample, by: StoreFixture.actor, from: .none, at: .testStart)
    }
}
