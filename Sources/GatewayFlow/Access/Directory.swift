package import GatewayCore
package import GatewayStore
import HashTreeCollections
package import SQLDatabase
import Synchronization

/// Teams, tokens and administrators in memory.
///
/// Readers copy a persistent value under the lock and look things up in it afterwards; a refresh swaps the value. So
/// authentication touches no database and never waits for a refresh.
package final class Directory: Sendable {
    fileprivate struct Content {
        var teams: TreeDictionary<TeamID, Team> = [:]
        var tokens: TreeDictionary<[UInt8], Token> = [:]
        var holders: TreeDictionary<KeyID, Token> = [:]
        var admins: TreeDictionary<[UInt8], AdminToken> = [:]
        var origins: Set<Origin> = []
        var lastChange: Int64 = -1
        /// Of all contents that this process had.
        var generation = 0

        init() {}
    }

    private let content = Mutex(Content())
    /// The content's, to be read without its lock: every poll looks whether something has changed.
    private let generation = Atomic(0)
    private let store: GatewayStore
    private let hasher: CredentialHasher

    package init(store: GatewayStore, hasher: CredentialHasher) {
        self.store = store
        self.hasher = hasher
    }

    /// Reads everything anew from the store. An older snapshot never replaces a newer one.
    package func refresh() async throws(SQLFailure) {
        let snapshot = try await store.directorySnapshot()
        let fresh = Content(snapshot)
        content.withLock { content in
            guard content.lastChange <= fresh.lastChange else { return }
            let next = content.generation + 1
            content = fresh
            content.generation = next
            generation.store(next, ordering: .releasing)
        }
    }

    /// For new credentials, whose text must reach its owner even when memory cannot be brought up to date just now: the
    /// refresher catches up within a second.
    func refreshSoon() async { try? await refresh() }

    /// The last change that memory knows of.
    package var lastChange: Int64 { content.withLock { $0.lastChange } }

    /// What was found for a token's text. It holds for the content in which it was found: whatever is changed or revoked
    /// makes another.
    package struct Recollection: Sendable {
        fileprivate let presented: Secret
        fileprivate let generation: Int
        /// Nil when nobody was found.
        fileprivate let caller: Caller?
        /// When a use of the token was last noted.
        var usedAt: Timestamp?
    }

    /// - presented: the bearer token as it came, nil for none.
    /// - recollection: spares the hash if it is of the same text and nothing has changed; afterwards of this text.
    /// - Throws: `.invalidToken`.
    package func authenticate(
        _ presented: String?, at now: Timestamp, recalling recollection: inout Recollection?
    ) throws(Refusal) -> Caller {
        guard let presented else { throw .invalidToken }
        let generation = generation.load(ordering: .acquiring)
        if let recollection, recollection.generation == generation, recollection.presented == Secret(presented) {
            guard let caller = recollection.caller else { throw .invalidToken }
            return try caller.authenticated(at: now)
        }
        recollection = nil
        guard let text = TokenText(.local, parsing: presented) else { throw .invalidToken }
        let content = content.withLock { $0 }
        let token = content.tokens[hasher.hash(text.secret)]
        let caller = try token.map { token throws(Refusal) in
            try Caller.authenticated(token, of: content.teams[token.team], at: now)
        }
        recollection = Recollection(presented: text.secret, generation: content.generation, caller: caller)
        guard let caller else { throw .invalidToken }
        return caller
    }

    package func authenticate(_ presented: String?, at now: Timestamp) throws(Refusal) -> Caller {
        var recollection: Recollection?
        return try authenticate(presented, at: now, recalling: &recollection)
    }

    /// Who made a signed link: worth what the token is worth now, and nothing while its team is suspended, for nobody
    /// knows who holds links.
    /// - Throws: `.invalidToken`.
    func holder(_ key: KeyID, at now: Timestamp) throws(Refusal) -> Caller {
        let content = content.withLock { $0 }
        let token = content.holders[key]
        let caller = try Caller.authenticated(token, of: token.flatMap { content.teams[$0.team] }, at: now)
        guard caller.team.state == .active else { throw .invalidToken }
        return caller
    }

    /// - presented: like in ``authenticate(_:at:)``; the owner that came from the environment may have any form.
    package func authenticateAdmin(_ presented: String?, at now: Timestamp) throws(Refusal) -> AdminToken {
        guard let presented else { throw .invalidToken }
        let admins = content.withLock { $0.admins }
        guard let admin = admins[hasher.hash(Secret(presented))], admin.isValid(at: now) else { throw .invalidToken }
        return admin
    }

    /// Whether any token or team lists this origin: all that a preflight, which has no token, can be told.
    package func knows(_ origin: Origin) -> Bool { content.withLock { $0.origins }.contains(origin) }
}

extension Directory.Content {
    fileprivate init(_ snapshot: DirectorySnapshot) {
        for team in snapshot.teams {
            teams[team.id] = team
            if team.state != .archived { origins.formUnion(team.allowedOrigins) }
        }
        for stored in snapshot.tokens where stored.token.revokedAt == nil {
            tokens[stored.secretHash] = stored.token
            holders[stored.token.keyID] = stored.token
            origins.formUnion(stored.token.allowedOrigins)
        }
        for stored in snapshot.adminTokens where stored.token.revokedAt == nil {
            admins[stored.secretHash] = stored.token
        }
        lastChange = snapshot.lastChange
    }
}
