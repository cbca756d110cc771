/// An authenticated token, with its team. Only ``authenticated(_:of:at:)`` makes one.
package struct Caller: Sendable, Equatable {
    package let token: Token
    package let team: Team

    /// - token, team: what the directory found for the presented text; nil for none.
    /// - Throws: `.invalidToken`, the same for absent, malformed, unknown, expired and revoked.
    package static func authenticated(
        _ token: Token?, of team: Team?, at now: Timestamp
    ) throws(Refusal) -> Caller {
        guard let token, let team, token.team == team.id, token.isValid(at: now), team.state != .archived else {
            throw .invalidToken
        }
        return Caller(token: token, team: team)
    }

    /// Whether a job of the same team may be seen: browser tokens see only what they created.
    package func maySee(jobOf owner: JobOwner) -> Bool {
        owner.team == team.id && (!token.ownJobsOnly || owner.token == token.keyID)
    }

    /// The origins from which a browser may use this token.
    package var allowedOrigins: Set<Origin> {
        token.allowedOrigins.isEmpty ? team.allowedOrigins : token.allowedOrigins
    }

    private init(token: Token, team: Team) {
        self.token = token
        self.team = team
    }
}

/// Who a job belongs to.
package struct JobOwner: Sendable, Hashable {
    package let team: TeamID
    package let token: KeyID

    package init(team: TeamID, token: KeyID) {
        self.team = team
        self.token = token
    }
}
