import AdminAPI
import GatewayCore
import GatewayFlow
import Hummingbird

extension SignedLinks {
    /// What the query's link proves; nil for a query that is no link, where a token decides.
    func claim(to target: Target, _ request: Request, _ context: GatewayRequestContext) -> LinkClaim? {
        guard let query = try? QueryText.parameters(request.uri.query), let signature = query["signature"] else {
            return nil
        }
        // A link names our own id, and holds for no other spelling of anything in it.
        guard query.count == 3, let key = query["key"], let expires = query["expires"].flatMap(Int64.init),
            let job = context.parameters.get("id").flatMap({ JobID($0) })
        else { return .nothing }
        return claim(of: Presented(expires: expires, key: key, signature: signature), to: target, of: job)
    }
}

extension SignedLinkReply {
    init(_ link: SignedLinks.Link) { self.init(url: link.url, expiresAt: link.expiresAt.rfc3339) }
}
