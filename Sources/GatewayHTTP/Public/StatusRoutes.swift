import Foundation
import GatewayCore
import GatewayFlow
import HTTPTypes
import Hummingbird
import NIOCore
import VinciAPI

/// `GET /api/v1/status/{request_id}`
struct StatusRoutes: Sendable {
    static let path = "/api" + VinciPath.status(":id")
    private static let waitSeconds = 1...60

    let calls: PublicCalls
    let readStatus: ReadStatus
    let urls: VideoURLs

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath(StatusRoutes.path)) { request, context in
            await calls.answer(request, context, as: .readStatus) { paced, source in
                let name = try context.parameters.require("id")
                var query = try FieldReader(query: request)
                let wait = try query.optional("wait", .wholeNumber(in: StatusRoutes.waitSeconds))
                try query.end()
                let answer = try await readStatus(paced, name, wait: wait.map { .seconds($0) }, from: source)
                return try render(answer, for: paced.caller, ifNoneMatch: request.headers[.ifNoneMatch])
            }
        }
    }

    private func render(
        _ answer: StatusDesk.Answer, for caller: Caller, ifNoneMatch: String?
    ) throws(AnswerFault) -> Response {
        let (text, keepSeconds) = try urls.text(of: answer, for: caller)
        var fields = HTTPFields()
        let isKnown = StatusRoutes.writeFields(
            of: answer, text, keepSeconds: keepSeconds, to: &fields, ifNoneMatch: ifNoneMatch)
        guard !isKnown else { return Response(status: .notModified, headers: fields) }
        return Response(
            status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: text.json)))
    }

    /// - keepSeconds: how long its reader may keep the status of an ended job.
    /// - Returns: whether the client has this very text: then the answer is 304 without it.
    static func writeFields(
        of answer: StatusDesk.Answer, _ text: StatusText, keepSeconds: Int64, to head: inout some AnswerHead,
        ifNoneMatch: String?
    ) -> Bool {
        let isKnown = EntityTag.matches(ifNoneMatch, text.tag)
        if !isKnown { head.add(.contentType, "application/json") }
        head.add(.eTag, text.tag)
        head.add(.age, String(answer.age.components.seconds))
        head.add(.cache, answer.cache.rawValue)
        head.add(.cacheControl, answer.view.isEnded ? "private, max-age=\(keepSeconds)" : "private, no-cache")
        head.add(.gatewayJobID, answer.view.status.job.text)
        return isKnown
    }
}

/// What clients say they have.
enum EntityTag {
    /// - header: `If-None-Match`: a list of tags, weak ones included, or `*`.
    static func matches(_ header: String?, _ tag: String) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains { candidate in
            let trimmed = candidate.trimmingCharacters(in: .whitespaces)
            return trimmed == "*" || trimmed == tag || trimmed == "W/" + tag
        }
    }
}
