import AdminAPI
package import GatewayCore

/// Makes and reads signed links: addresses that need no `Authorization`, for `<video src>` and `EventSource`.
///
/// A link names what it leads to, the token that it was made with and its end, all under one signature. It is worth what
/// that token is worth at the moment of its use, and nothing once the token is revoked or expired or its team suspended or
/// archived.
package final class SignedLinks: Sendable {
    /// What of a job a link leads to. It is part of what is signed: a link to one never works as a link to another.
    package enum Target: String, Sendable, CaseIterable {
        case video, events
    }

    package struct Link: Sendable, Hashable {
        package let url: String
        package let expiresAt: Timestamp
        /// From now on.
        package let goodFor: Duration
    }

    /// What a request's query says.
    package struct Presented: Sendable, Hashable {
        package let expires: Int64
        package let key: String
        package let signature: String

        package init(expires: Int64, key: String, signature: String) {
            self.expires = expires
            self.key = key
            self.signature = signature
        }
    }

    private let signer: LinkSigner
    private let lifetime: Duration
    private let baseURL: @Sendable () -> String
    private let clock: any WallClock

    /// - baseURL: the public port as clients see it.
    package init(
        signer: LinkSigner, lifetime: Duration, baseURL: @escaping @Sendable () -> String, clock: any WallClock
    ) {
        self.signer = signer
        self.lifetime = lifetime
        self.baseURL = baseURL
        self.clock = clock
    }

    /// - job: must have been found to be the caller's to see.
    package func link(to target: Target, of job: JobID, for caller: Caller) -> Link {
        link(to: target, of: job, for: caller, expires: clock.now().adding(lifetime).seconds)
    }

    /// The same link for a while, so that a status that holds it keeps its tag: good for half of the lifetime at least.
    /// - Returns: nil for a token that may not use it.
    package func steadyLink(to target: Target, of job: JobID, for caller: Caller) -> Link? {
        guard target.action.scopes.allSatisfy(caller.token.scopes.contains) else { return nil }
        let step = max(1, lifetime.components.seconds / 2)
        let latest = clock.now().adding(lifetime).seconds
        return link(to: target, of: job, for: caller, expires: latest - latest % step)
    }

    /// - Returns: `.nothing` for a link that is not ours, not to this of this job, or over.
    package func claim(of presented: Presented, to target: Target, of job: JobID) -> LinkClaim {
        guard let key = KeyID(presented.key), presented.expires > clock.now().seconds,
            signer.isValid(presented.signature, of: SignedLinks.text(target, job, key, presented.expires))
        else { return .nothing }
        // A number of seconds that we have signed is a date; any other may be none.
        return .madeWith(key, until: Timestamp(seconds: presented.expires))
    }

    private func link(to target: Target, of job: JobID, for caller: Caller, expires: Int64) -> Link {
        let key = caller.token.keyID
        let signature = signer.signature(of: SignedLinks.text(target, job, key, expires))
        return Link(
            url: "\(baseURL())\(target.path(of: job))?expires=\(expires)&key=\(key)&signature=\(signature)",
            expiresAt: Timestamp(seconds: expires),
            goodFor: Timestamp(seconds: expires).since(clock.now()))
    }

    /// None of the parts can hold a line end, so no two links have one text.
    private static func text(_ target: Target, _ job: JobID, _ key: KeyID, _ expires: Int64) -> String {
        "\(target.rawValue)\n\(job)\n\(key)\n\(expires)"
    }
}

extension SignedLinks.Target {
    /// What the link lets its holder do.
    var action: Action {
        switch self {
        case .video: .readVideo
        case .events: .readEvents
        }
    }

    fileprivate func path(of job: JobID) -> String {
        switch self {
        case .video: GatewayPath.video(job.text)
        case .events: GatewayPath.events(job.text)
        }
    }
}
