import GatewayCore
import GatewayFlow
import GatewayStore
import Hummingbird
import VinciAPI

/// `/api/v1/keys`: local tokens of the caller's team, in Vinci's shapes. Real keys are never shown here.
struct KeyRoutes: Sendable {
    let calls: PublicCalls
    let tokens: ManageTokens
    let defaults: TokenDefaults
    let clock: any WallClock

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath("/api" + VinciPath.keys)) { request, context in
            await calls.answer(request, context, as: .listKeys) { paced, _ in
                try FieldReader(query: request).end()
                let tokens = try await tokens.list(of: paced.caller.team.id)
                let now = clock.now()
                return try JSONReply.of(KeyListReply(apiKeys: tokens.map { KeyRow($0, at: now) }))
            }
        }
        router.post(RouterPath("/api" + VinciPath.keys)) { request, context in
            await calls.answer(request, context, as: .createKey) { paced, source in
                var fields = try await FieldReader(json: request, context)
                let wanted = try TokenRequest(&fields, of: paced.caller.token, defaults: defaults)
                try fields.end()
                let issued = try await tokens.issue(paced, wanted, from: source)
                return try JSONReply.of(NewKeyReply(issued))
            }
        }
        router.delete(RouterPath("/api" + VinciPath.key(":id"))) { request, context in
            await calls.answer(request, context, as: .revokeKey) { paced, source in
                guard let id = KeyID(try context.parameters.require("id")) else { throw Refusal.notFound }
                let caller = paced.caller.token
                try await tokens.revoke(id, of: caller.team, by: .token(caller.keyID), from: source)
                return try JSONReply.of(KeyRevokedReply(keyID: id.text))
            }
        }
    }
}

extension TokenRequest {
    /// Vinci's `name` and `rate_limit`, and ours: `scopes`, `expires_at`, `allowed_origins`. What is left out is taken
    /// from the calling token.
    fileprivate init(_ fields: inout FieldReader, of caller: Token, defaults: TokenDefaults) throws(InvalidField) {
        let name = try fields.required("name", .text(characters: 1...100))
        let rate = try fields.optional("rate_limit", .wholeNumber(in: VinciLimits.keyRequestsPerMinute))
        let scopes = try fields.optional("scopes", .scopes)
        let expiresAt = try fields.optional("expires_at", .timestamp)
        let origins = try fields.optional("allowed_origins", .origins)
        self.init(
            name: name, scopes: scopes ?? caller.scopes.intersection(Scope.appDefault),
            requestsPerMinute: rate ?? min(defaults.requestsPerMinute, caller.requestsPerMinute),
            readsPerMinute: caller.readsPerMinute, allowedOrigins: origins ?? caller.allowedOrigins,
            expiresAt: expiresAt ?? caller.expiresAt)
    }
}

extension KeyRow {
    fileprivate init(_ stored: StoredToken, at now: Timestamp) {
        let token = stored.token
        self.init(
            keyID: token.keyID.text, name: token.name, isActive: token.isValid(at: now),
            createdAt: token.createdAt.rfc3339, lastUsed: stored.lastUsedAt?.rfc3339, keyPreview: token.preview,
            rateLimit: token.requestsPerMinute)
    }
}

extension NewKeyReply {
    fileprivate init(_ issued: IssuedToken) {
        // The one reply that shows a token.
        self.init(
            keyID: issued.token.keyID.text, name: issued.token.name, apiKey: issued.text.reveal(),
            rateLimit: issued.token.requestsPerMinute, createdAt: issued.token.createdAt.rfc3339)
    }
}
