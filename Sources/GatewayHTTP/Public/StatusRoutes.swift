import Crypto
import Foundation
import GatewayCore
import GatewayFlow
import HTTPTypes
import Hummingbird
import VinciAPI

/// `GET /api/v1/status/{request_id}`
struct StatusRoutes: Sendable {
    private static let waitSeconds = 1...60

    let calls: PublicCalls
    let readStatus: ReadStatus

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath("/api" + VinciPath.status(":id"))) { request, context in
            await calls.answer(request, context, as: .readStatus) { paced, source in
                let name = try context.parameters.require("id")
                var query = try FieldReader(query: request)
                let wait = try query.optional("wait", .wholeNumber(in: StatusRoutes.waitSeconds))
                try query.end()
                let answer = try await readStatus(paced, name, wait: wait.map { .seconds($0) }, from: source)
                return try StatusRoutes.render(answer, ifNoneMatch: request.headers[.ifNoneMatch])
            }
        }
    }

    private static func render(_ answer: StatusDesk.Answer, ifNoneMatch: String?) throws -> Response {
        let body = try VinciJSON.text(answer.status.reply)
        let tag = EntityTag.of(body)
        var response = EntityTag.matches(ifNoneMatch, tag) ? Response(status: .notModified) : JSONReply.text(body)
        response.headers[.eTag] = tag
        response.headers[.age] = String(answer.age.components.seconds)
        response.headers[.cache] = answer.cache.rawValue
        response.headers[.cacheControl] = answer.status.isEnded ? "private, max-age=300" : "private, no-cache"
        response.headers[.gatewayJobID] = answer.status.job.text
        return response
    }
}

/// Strong tags made of the content, so they are the same in every process.
enum EntityTag {
    static func of(_ body: String) -> String {
        "\"\(SHA256.hash(data: Data(body.utf8)).prefix(12).hexadecimal)\""
    }

    /// - header: `If-None-Match`: a list of tags, weak ones included, or `*`.
    static func matches(_ header: String?, _ tag: String) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains { candidate in
            let trimmed = candidate.trimmingCharacters(in: .whitespaces)
            return trimmed == "*" || trimmed == tag || trimmed == "W/" + tag
        }
    }
}
