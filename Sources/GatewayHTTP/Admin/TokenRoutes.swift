import AdminAPI
import GatewayCore
import GatewayFlow
import GatewayStore
import Hummingbird
import VinciAPI

/// `/admin/v1/tokens` and `/admin/v1/teams/{id}/tokens`
struct TokenRoutes: Sendable {
    let calls: AdminCalls
    let tokens: ManageTokens
    let defaults: TokenDefaults
    let clock: any WallClock

    func add(to router: Router<GatewayRequestContext>) {
        router.post(RouterPath(AdminPath.tokens(ofTeam: ":id"))) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                var fields = try await FieldReader(json: request, context)
                let wanted = try TokenRequest(&fields, defaults: defaults)
                try fields.end()
                let team = try context.id { TeamID($0) }
                let issued = try await tokens.issue(wanted, for: team, by: permit.actor, from: permit.source)
                // The one admin reply that shows a token.
                return try JSONReply.of(
                    NewTokenReply(
                        token: issued.text.reveal(), issued: TokenReply(issued.token, lastUsedAt: nil, at: clock.now())),
                    status: .created)
            }
        }
        router.get(RouterPath(AdminPath.tokens)) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                var query = try FieldReader(query: request)
                let team = try query.optional("team", .text(characters: 1...64))
                try query.end()
                let now = clock.now()
                // A name that breaks the grammar has no tokens.
                let stored = try await tokens.list(of: team.map { TeamID(stored: $0) })
                let rows = stored.map { TokenReply($0.token, lastUsedAt: $0.lastUsedAt, at: now) }
                return try JSONReply.of(Listing(rows))
            }
        }
        router.get(RouterPath(AdminPath.token(":id"))) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                let stored = try await tokens.token(try context.id { KeyID($0) })
                return try JSONReply.of(TokenReply(stored.token, lastUsedAt: stored.lastUsedAt, at: clock.now()))
            }
        }
        router.patch(RouterPath(AdminPath.token(":id"))) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                var fields = try await FieldReader(json: request, context)
                let change = try TokenChange(&fields, defaults: defaults)
                try fields.end()
                let id = try context.id { KeyID($0) }
                _ = try await tokens.change(id, of: nil, by: permit.actor, from: permit.source, change.apply)
                let stored = try await tokens.token(id)
                return try JSONReply.of(TokenReply(stored.token, lastUsedAt: stored.lastUsedAt, at: clock.now()))
            }
        }
        router.delete(RouterPath(AdminPath.token(":id"))) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                try await tokens.revoke(
                    try context.id { KeyID($0) }, of: nil, by: permit.actor, from: permit.source)
                return Response(status: .noContent)
            }
        }
    }
}

/// The fields of a PATCH; what is absent stays.
private struct TokenChange: Sendable {
    let name: String?
    let scopes: Set<Scope>?
    let requestsPerMinute: FieldChange<Int>
    let readsPerMinute: FieldChange<Int>
    let expiresAt: FieldChange<Timestamp>
    let allowedOrigins: FieldChange<Set<Origin>>
    let ownJobsOnly: Bool?
    let defaults: TokenDefaults

    init(_ fields: inout FieldReader, defaults: TokenDefaults) throws(InvalidField) {
        name = try fields.optional("name", .text(characters: 1...100))
        scopes = try fields.optional("scopes", .scopes)
        requestsPerMinute = try fields.change("rate_limit", .tokenRate)
        readsPerMinute = try fields.change("read_rate_limit", .readRate)
        expiresAt = try fields.change("expires_at", .timestamp)
        allowedOrigins = try fields.change("allowed_origins", .origins)
        ownJobsOnly = try fields.optional("own_jobs_only", .boolean)
        self.defaults = defaults
    }

    func apply(_ token: inout Token) {
        if let name { token.name = name }
        if let scopes { token.scopes = scopes }
        token.requestsPerMinute = requestsPerMinute.applied(
            to: token.requestsPerMinute, cleared: defaults.requestsPerMinute)
        token.readsPerMinute = readsPerMinute.applied(to: token.readsPerMinute, cleared: defaults.readsPerMinute)
        expiresAt.apply(to: &token.expiresAt)
        token.allowedOrigins = allowedOrigins.applied(to: token.allowedOrigins, cleared: [])
        if let ownJobsOnly { token.ownJobsOnly = ownJobsOnly }
    }
}

extension TokenRequest {
    fileprivate init(_ fields: inout FieldReader, defaults: TokenDefaults) throws(InvalidField) {
        self.init(
            name: try fields.required("name", .text(characters: 1...100)),
            scopes: try fields.optional("scopes", .scopes) ?? Scope.appDefault,
            requestsPerMinute: try fields.optional("rate_limit", .tokenRate) ?? defaults.requestsPerMinute,
            readsPerMinute: try fields.optional("read_rate_limit", .readRate) ?? defaults.readsPerMinute,
            allowedOrigins: try fields.optional("allowed_origins", .origins) ?? [],
            ownJobsOnly: try fields.optional("own_jobs_only", .boolean) ?? false,
            expiresAt: try fields.optional("expires_at", .timestamp))
    }
}

extension FieldRule where Value == Int {
    fileprivate static var tokenRate: FieldRule { .wholeNumber(in: VinciLimits.keyRequestsPerMinute) }
    fileprivate static var readRate: FieldRule { .wholeNumber(in: 1...100_000) }
}

extension TokenReply {
    fileprivate init(_ token: Token, lastUsedAt: Timestamp?, at now: Timestamp) {
        let state = token.revokedAt != nil ? "revoked" : token.isValid(at: now) ? "active" : "expired"
        self.init(
            keyID: token.keyID.text, team: token.team.text, name: token.name,
            scopes: token.scopes.sorted().map(\.rawValue), rateLimit: token.requestsPerMinute,
            readRateLimit: token.readsPerMinute, allowedOrigins: token.allowedOrigins.map(\.text).sorted(),
            ownJobsOnly: token.ownJobsOnly, preview: token.preview, state: state, createdAt: token.createdAt.rfc3339,
            expiresAt: token.expiresAt?.rfc3339, lastUsedAt: lastUsedAt?.rfc3339)
    }
}
