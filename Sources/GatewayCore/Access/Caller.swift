/// An authenticated token, with its team. Only ``authenticated(_:of:at:)`` makes one.
///
/// By reference: every step of every call hands it on, and a copy would count references to each of a dozen texts and sets.
package final class Caller: Sendable {
    package let token: Token
    package let team: Team

    /// - token, team: what the directory found for the presented text; nil for none.
    /// - Throws: `.invalidToken`, the same for absent, malformed, unknown, expired and revoked.
    package static func authenticated(
        _ token: Token?, of team: Team?, at now: Timestamp
    ) throws(Refusal) -> Caller {
        guard let token, let team else { throw .invalidToken }
        return try Caller(token: token, team: team).authenticated(at: now)
    }

    /// Once more, for one who presents the same text while nothing in the directory has changed.
    /// - Throws: `.invalidToken`.
    package func authenticated(at now: Timestamp) throws(Refusal) -> Caller {
        guard token.team == team.id, token.isValid(at: now), team.state != .archived else { throw .invalidToken }
        return self
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

extension Caller: Equatable {
    package static func == (left: Caller, right: Caller) -> Bool {
        left.token == right.token && left.team == right.team
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
