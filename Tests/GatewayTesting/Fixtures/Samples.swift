package import GatewayCore
package import GatewayStore

extension MicroUSD {
    /// Hundredths of a dollar.
    package static func cents(_ count: Int64) -> MicroUSD { MicroUSD(count: count * 10_000) }
}

extension Team {
    /// An active team without limits of its own.
    package static func sample(
        _ id: TeamID, openJobsMax: Int? = nil, allowedOrigins: Set<Origin> = [], at now: Timestamp = .testStart
    ) -> Team {
        Team(
            id: id, name: "Team \(id)", state: .active, requestsPerMinute: nil, openJobsMax: openJobsMax,
            allowedOrigins: allowedOrigins, createdAt: now)
    }
}

extension Token {
    /// A token that may do everything, ten orders a minute.
    package static func sample(
        _ keyID: KeyID, of team: TeamID, scopes: Set<Scope> = Set(Scope.allCases), ownJobsOnly: Bool = false,
        allowedOrigins: Set<Origin> = [], expiresAt: Timestamp? = nil, at now: Timestamp = .testStart
    ) -> Token {
        Token(
            keyID: keyID, team: team, name: "app", preview: "sk-vgw-…abcd", scopes: scopes, requestsPerMinute: 10,
            readsPerMinute: 600, allowedOrigins: allowedOrigins, ownJobsOnly: ownJobsOnly, createdAt: now,
            expiresAt: expiresAt)
    }
}

extension AdminToken {
    /// An owner, unless `role` says otherwise.
    package static func sample(
        _ id: AdminTokenID, role: AdminRole = .owner, expiresAt: Timestamp? = nil, at now: Timestamp = .testStart
    ) -> AdminToken {
        AdminToken(
            id: id, name: "Ada", role: role, preview: "adm-vgw-…wxyz", createdAt: now, expiresAt: expiresAt)
    }
}

extension Admission {
    /// An order of five seconds that can be sent at once.
    /// - fingerprint: equal ones are the same order.
    package static func sample(
        _ job: JobID, for owner: JobOwner, hold: MicroUSD = .cents(28), fingerprint: [UInt8],
        idempotencyKey: IdempotencyKey? = nil, duplicateWindow: Duration? = nil, openJobsMax: Int = 100,
        readyKey: UpstreamKeyID? = .sample, process: ProcessID = .sample
    ) -> Admission {
        Admission(
            job: job, owner: owner, kind: .text, quote: Quote(seconds: 5, estimatedCost: .cents(25), hold: hold),
            fingerprint: fingerprint, prompt: AuditedPrompt(hash: [7], characters: 12), idempotencyKey: idempotencyKey,
            duplicateWindow: duplicateWindow, openJobsMax: openJobsMax, readyKey: readyKey, process: process,
            source: CallSource(clientAddress: "192.0.2.7", origin: nil, requestID: "req-1"))
    }
}

extension ProcessID {
    /// The process that every sample order belongs to; never registered, so it counts as gone.
    package static let sample = ProcessID(stored: "this-process")
    package static let next = ProcessID(stored: "next-process")
}

extension UpstreamKeyID {
    /// The key that sends every sample order.
    package static let sample = UpstreamKeyID(stored: "main")
}

extension IdempotencyKey {
    /// A key on the route of text orders.
    package static func sample(_ text: String) -> IdempotencyKey { IdempotencyKey(route: "text-to-video", text: text) }
}
