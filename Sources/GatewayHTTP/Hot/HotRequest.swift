import GatewayCore
import GatewayFlow
import GatewayStore
import HTTPTypes
import NIOHTTP1
import VinciAPI

/// `GET /api/v1/status/{id}` without a query, as far as an answer depends on it.
struct HotRequest {
    private static let prefix = "/api" + VinciPath.status("")

    /// Ours once it is known, which Vinci's leads to.
    var job: JobName
    let bearer: String?
    let origin: RequestOrigin
    let originText: String?
    let ifNoneMatch: String?
    /// What the last token check on this connection found.
    var recollection: Directory.Recollection?

    /// Nil for every other request, and for one that says something twice: the routes know what that means.
    init?(_ head: HTTPRequestHead) {
        guard head.method == .GET, head.uri.hasPrefix(HotRequest.prefix),
            let job = JobReference.read(String(head.uri.dropFirst(HotRequest.prefix.count)))
        else { return nil }
        var (authorization, origin, ifNoneMatch) = (String?.none, String?.none, String?.none)
        for (name, value) in head.headers {
            switch name.lowercased() {
            case "authorization" where authorization == nil: authorization = value
            case "origin" where origin == nil: origin = value
            case "if-none-match" where ifNoneMatch == nil: ifNoneMatch = value
            case "authorization", "origin", "if-none-match", "content-length", "transfer-encoding", "expect": return nil
            default: break
            }
        }
        self.job = job
        bearer = authorization.flatMap(BearerToken.read)
        self.origin = origin.map { Origin($0).map(RequestOrigin.some) ?? .malformed } ?? .none
        originText = origin
        self.ifNoneMatch = ifNoneMatch
    }

    func source(_ requestID: CallID, _ client: ClientAddress) -> CallSource {
        CallSource(
            clientAddress: client.text, origin: originText.map { String($0.prefix(300)) }, requestID: requestID.text)
    }
}
