package import GatewayCore

/// What the head of a request says, before any byte of its body is read.
package struct RequestHead: Sendable {
    /// The text behind `Authorization: Bearer`, nil when there was none or more than one.
    package var bearer: String?
    package var origin: RequestOrigin
    package var source: CallSource
    /// Set when the request came by a signed link; then there is no bearer.
    package var link: LinkClaim?

    package init(bearer: String?, origin: RequestOrigin, source: CallSource) {
        self.bearer = bearer
        self.origin = origin
        self.source = source
    }
}

/// What a signed link proves.
package enum LinkClaim: Sendable, Equatable {
    case madeWith(KeyID, until: Timestamp)
    /// It is not ours, was changed, or is over.
    case nothing
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
        var recollection: Directory.Recollection?
        let caller = try authenticate(head, recalling: &recollection)
        do throws(Refusal) {
            let permit = try Permit.granted(to: caller, for: action, from: head.origin)
            return try await places.admit(permit, by: limiter, version: directory.lastChange)
        } catch {
            throw explained(error, caller, action)
        }
    }

    /// ``pass(_:for:)`` without waiting for anything.
    /// - recollection: of the last check of the same token text; afterwards of this one.
    /// - Returns: nil when the limit's places here are used up and others may have some: nothing was counted then.
    package func passAtOnce(
        _ head: RequestHead, for action: Action, recalling recollection: inout Directory.Recollection?
    ) throws(HeadRefusal) -> Paced? {
        let caller = try authenticate(head, recalling: &recollection)
        do throws(Refusal) {
            let permit = try Permit.granted(to: caller, for: action, from: head.origin)
            do throws(Refusal) {
                return try limiter.admit(permit, at: clock.uptime())
            } catch {
                guard limiter.isShared else { throw error }
                return nil
            }
        } catch {
            throw explained(error, caller, action)
        }
    }

    /// Steps 1 and 2 once more, for an answer that goes on for long. Nothing is counted.
    /// - recollection: as for ``passAtOnce(_:for:recalling:)``.
    /// - Returns: the caller as it is now; nil when it may not do any more what it was permitted.
    package func stillPermitted(
        _ head: RequestHead, for action: Action, recalling recollection: inout Directory.Recollection?
    ) -> Caller? {
        let now = clock.now()
        do throws(Refusal) {
            let caller = try caller(head, at: now, recalling: &recollection)
            _ = try Permit.granted(to: caller, for: action, from: head.origin)
            uses.note(caller.token.keyID, at: now)
            return caller
        } catch {
            return nil
        }
    }

    /// With the limit that refused, which may be the team's; else the token's own.
    private func explained(_ refusal: Refusal, _ caller: Caller, _ action: Action) -> HeadRefusal {
        if case .rateLimited(let reading) = refusal { return HeadRefusal(refusal: refusal, reading: reading) }
        return HeadRefusal(
            refusal: refusal, reading: limiter.reading(of: caller, for: action.pace, at: clock.uptime()))
    }

    private func authenticate(
        _ head: RequestHead, recalling recollection: inout Directory.Recollection?
    ) throws(HeadRefusal) -> Caller {
        do throws(Refusal) {
            let now = clock.now()
            let caller = try caller(head, at: now, recalling: &recollection)
            // To the second is enough for its owner.
            if recollection?.usedAt?.seconds != now.seconds {
                uses.note(caller.token.keyID, at: now)
                recollection?.usedAt = now
            }
            return caller
        } catch {
            tally.noteRefusedAuthentication(at: .public, from: head.source)
            throw HeadRefusal(refusal: error, reading: nil)
        }
    }

    private func caller(
        _ head: RequestHead, at now: Timestamp, recalling recollection: inout Directory.Recollection?
    ) throws(Refusal) -> Caller {
        switch head.link {
        case .none: try directory.authenticate(head.bearer, at: now, recalling: &recollection)
        case .madeWith(let key, let end) where end > now: try directory.holder(key, at: now)
        case .madeWith, .nothing: throw .invalidToken
        }
    }
}

/// A refusal of the head checks.
package struct HeadRefusal: Error, Sendable {
    package let refusal: Refusal
    /// Nil before authentication.
    package let reading: PaceReading?
}
