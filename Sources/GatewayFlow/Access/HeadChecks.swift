package import GatewayCore

/// What the head of a request says, before any byte of its body is read.
package struct RequestHead: Sendable {
    /// The text behind `Authorization: Bearer`, nil when there was none or more than one.
    package var bearer: String?
    package var origin: RequestOrigin
    package var source: CallSource

    package init(bearer: String?, origin: RequestOrigin, source: CallSource) {
        self.bearer = bearer
        self.origin = origin
        self.source = source
    }
}

/// Steps 1–3 of every call: who, may they, how often. Memory only, unless places of a shared limit must be fetched.
package struct HeadChecks: Sendable {
    private let directory: Directory
    private let limiter: RateLimiter
    private let places: SharedPlaces
    private let tally: AuditTally
    private let uses: TokenUses
    private let clock: any WallClock

    package init(
        directory: Directory, limiter: RateLimiter, places: SharedPlaces, tally: AuditTally, uses: TokenUses,
        clock: any WallClock
    ) {
        self.directory = directory
        self.limiter = limiter
        self.places = places
        self.tally = tally
        self.uses = uses
        self.clock = clock
    }

    /// - Throws: 401, 403 or 429, with what may be said about the caller's limits.
    package func pass(_ head: RequestHead, for action: Action) async throws(HeadRefusal) -> Paced {
        let caller = try authenticate(head)
        do throws(Refusal) {
            let permit = try Permit.granted(to: caller, for: action, from: head.origin)
            return try await places.admit(permit, by: limiter, version: directory.lastChange)
        } catch {
            // The limit that refused, which may be the team's; else the token's own.
            if case .rateLimited(let reading) = error { throw HeadRefusal(refusal: error, reading: reading) }
            throw HeadRefusal(
                refusal: error, reading: limiter.reading(of: caller, for: action.pace, at: clock.uptime()))
        }
    }

    private func authenticate(_ head: RequestHead) throws(HeadRefusal) -> Caller {
        do throws(Refusal) {
            let now = clock.now()
            let caller = try directory.authenticate(head.bearer, at: now)
            uses.note(caller.token.keyID, at: now)
            return caller
        } catch {
            tally.noteRefusedAuthentication(at: .public, from: head.source)
            throw HeadRefusal(refusal: error, reading: nil)
        }
    }
}

/// A refusal of the head checks.
package struct HeadRefusal: Error, Sendable {
    package let refusal: Refusal
    /// Nil before authentication.
    package let reading: PaceReading?
}
