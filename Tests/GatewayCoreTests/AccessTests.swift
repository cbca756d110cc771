import GatewayCore
import GatewayTesting
import Testing

/// A team and its token, to be spoilt in one respect each.
private struct Credential {
    var team = Team.sample(TeamID(stored: "marketing"))
    var token: Token

    init() {
        var random = SeededRandom(seed: 1)
        token = .sample(KeyID(using: &random), of: TeamID(stored: "marketing"))
    }

    func caller(at now: Timestamp = .testStart) throws(Refusal) -> Caller {
        try Caller.authenticated(token, of: team, at: now)
    }
}

@Suite("A caller") struct CallerTests {
    @Test("is a valid token with its team")
    func valid() throws {
        let credential = Credential()
        let caller = try credential.caller()
        #expect(caller.token == credential.token)
        #expect(caller.team == credential.team)
    }

    @Test("is refused alike when absent, unknown, expired, revoked, of another team or of an archived one")
    func refusedAlike() {
        let good = Credential()
        #expect(throws: Refusal.invalidToken) { try Caller.authenticated(nil, of: good.team, at: .testStart) }
        #expect(throws: Refusal.invalidToken) { try Caller.authenticated(good.token, of: nil, at: .testStart) }
        let spoilt: [(inout Credential) -> Void] = [
            { $0.token.expiresAt = .testStart }, { $0.token.revokedAt = .testStart }, { $0.team.state = .archived },
            { $0.team.id = TeamID(stored: "other") }, { $0.token.revokedAt = Timestamp(microseconds: 0) },
        ]
        for spoil in spoilt {
            var credential = good
            spoil(&credential)
            #expect(throws: Refusal.invalidToken) { try credential.caller() }
        }
    }

    @Test("is valid until the very instant of its expiry, and a rotated token until its grace ends")
    func expiry() throws {
        var credential = Credential()
        credential.token.expiresAt = Timestamp.testStart.adding(.microseconds(1))
        _ = try credential.caller()
        credential.token.revokedAt = Timestamp.testStart.adding(.microseconds(1))
        _ = try credential.caller()
        #expect(throws: Refusal.invalidToken) {
            try credential.caller(at: Timestamp.testStart.adding(.microseconds(1)))
        }
    }

    @Test("sees the jobs of its team; a browser's token only those it made; nobody sees another team's")
    func ownership() throws {
        var credential = Credential()
        var random = SeededRandom(seed: 2)
        let own = JobOwner(team: credential.team.id, token: credential.token.keyID)
        let sibling = JobOwner(team: credential.team.id, token: KeyID(using: &random))
        let foreign = JobOwner(team: TeamID(stored: "other"), token: credential.token.keyID)
        for ownJobsOnly in [false, true] {
            credential.token.ownJobsOnly = ownJobsOnly
            let caller = try credential.caller()
            #expect(caller.maySee(jobOf: own))
            #expect(caller.maySee(jobOf: sibling) == !ownJobsOnly)
            #expect(!caller.maySee(jobOf: foreign))
        }
    }
}

@Suite("A permit") struct PermitTests {
    private static let app = Origin("https://app.example")
    private static let other = Origin("https://other.example")

    @Test("for an action needs one of its scopes, and no other scope stands in", arguments: Action.allCases)
    func scopes(action: Action) throws {
        var credential = Credential()
        for scope in Scope.allCases {
            credential.token.scopes = [scope]
            let caller = try credential.caller()
            if action.scopes.isEmpty || action.scopes.contains(scope) {
                #expect(try Permit.granted(to: caller, for: action, from: .none).action == action)
            } else {
                #expect(throws: Refusal.scopeMissing(oneOf: action.scopes.sorted())) {
                    try Permit.granted(to: caller, for: action, from: .none)
                }
            }
        }
    }

    @Test(
        "is refused to a suspended team for whatever costs or changes, and given for reading",
        arguments: Action.allCases)
    func suspended(action: Action) throws {
        var credential = Credential()
        credential.team.state = .suspended
        let caller = try credential.caller()
        switch action {
        case .orderText, .orderImage, .createKey, .revokeKey, .changeWebhooks:
            #expect(throws: Refusal.teamSuspended) { try Permit.granted(to: caller, for: action, from: .none) }
        case .readStatus, .readEvents, .linkEvents, .readVideo, .linkVideo, .readBilling, .listKeys, .whoAmI, .quote,
            .listJobs, .readWebhooks:
            _ = try Permit.granted(to: caller, for: action, from: .none)
        }
    }

    @Test("in a browser needs an origin of the token, or of the team when the token names none")
    func origins() throws {
        let (app, other) = (try #require(PermitTests.app), try #require(PermitTests.other))
        for (ofToken, ofTeam, isAllowed) in [
            (Set<Origin>(), Set<Origin>(), false), ([app], [], true), ([], [app], true), ([other], [app], false),
            ([app], [other], true),
        ] {
            var credential = Credential()
            credential.token.allowedOrigins = ofToken
            credential.team.allowedOrigins = ofTeam
            let caller = try credential.caller()
            _ = try Permit.granted(to: caller, for: .readStatus, from: .none)
            #expect(throws: Refusal.originNotAllowed) {
                try Permit.granted(to: caller, for: .readStatus, from: .malformed)
            }
            if isAllowed {
                _ = try Permit.granted(to: caller, for: .readStatus, from: .some(app))
            } else {
                #expect(throws: Refusal.originNotAllowed) {
                    try Permit.granted(to: caller, for: .readStatus, from: .some(app))
                }
            }
        }
    }

    @Test("tells a suspended team first, then the scope, then the origin")
    func order() throws {
        var credential = Credential()
        credential.team.state = .suspended
        credential.token.scopes = []
        #expect(throws: Refusal.teamSuspended) {
            try Permit.granted(to: credential.caller(), for: .orderText, from: .malformed)
        }
        credential.team.state = .active
        #expect(throws: Refusal.scopeMissing(oneOf: [.generateText])) {
            try Permit.granted(to: credential.caller(), for: .orderText, from: .malformed)
        }
        credential.token.scopes = [.generateText]
        #expect(throws: Refusal.originNotAllowed) {
            try Permit.granted(to: credential.caller(), for: .orderText, from: .malformed)
        }
    }

    @Test("of an app's usual token makes no other credentials")
    func usualScopes() {
        #expect(Scope.appDefault.isDisjoint(with: [.keysRead, .keysWrite, .webhooksWrite, .ticketsWrite]))
    }
}

@Suite("An administrator") struct AdminRoleTests {
    @Test("may do what the role says, and nothing more")
    func powers() {
        let all: Set<AdminPower> = [.read, .manageTeams, .manageAdminsAndKeys]
        #expect(Set(all.filter(AdminRole.owner.may)) == all)
        #expect(Set(all.filter(AdminRole.operator.may)) == [.read, .manageTeams])
        #expect(Set(all.filter(AdminRole.auditor.may)) == [.read])
    }

    @Test("is valid until revoked or expired")
    func validity() {
        var random = SeededRandom(seed: 1)
        var token = AdminToken.sample(AdminTokenID(using: &random))
        #expect(token.isValid(at: .testStart))
        token.expiresAt = .testStart
        #expect(!token.isValid(at: .testStart))
        token.expiresAt = nil
        token.revokedAt = .testStart
        #expect(!token.isValid(at: .testStart))
    }
}
