import GatewayCore
import GatewayFlow
import HTTPTypes
import Hummingbird

/// What browsers are told (CORS). Exact origins only, never `*`, never credentials.
///
/// A preflight carries no token, so it is answered for every origin that some token or team lists; the call itself is
/// then held against the token that it carries.
struct CrossOrigin: RouterMiddleware {
    let directory: Directory

    func handle(
        _ request: Request, context: GatewayRequestContext,
        next: @concurrent (Request, GatewayRequestContext) async throws -> Response
    ) async throws -> Response {
        let origin = RequestOrigin(request)
        guard !isPreflight(request) else { return answerPreflight(request, origin, context) }
        var response = try await next(request, context)
        mark(&response.headers, for: origin)
        return response
    }

    /// What every answer but that to a preflight says.
    func mark(_ head: inout some AnswerHead, for origin: RequestOrigin) {
        head.add(.vary, "Origin")
        guard case .some(let origin) = origin, directory.knows(origin) else { return }
        head.add(.accessControlAllowOrigin, origin.text)
        head.add(.accessControlExposeHeaders, CrossOriginFields.exposed)
    }

    private func isPreflight(_ request: Request) -> Bool {
        request.method == .options && request.headers[.accessControlRequestMethod] != nil
    }

    private func answerPreflight(_ request: Request, _ origin: RequestOrigin, _ context: GatewayRequestContext)
        -> Response
    {
        guard case .some(let origin) = origin, directory.knows(origin) else {
            return Refusals.problem(.originNotAllowed).response(requestID: context.requestID)
        }
        var headers: HTTPFields = [
            .accessControlAllowOrigin: origin.text,
            .accessControlAllowMethods: "GET, POST, DELETE",
            .accessControlAllowHeaders: CrossOriginFields.allowed,
            .accessControlMaxAge: "600",
            .vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
        ]
        // A public page may then call a gateway in the local network (Chromium's Private Network Access).
        if request.headers[.requestPrivateNetwork] == "true" { headers[.allowPrivateNetwork] = "true" }
        return Response(status: .noContent, headers: headers)
    }
}

/// The header names that browsers may send and read.
enum CrossOriginFields {
    static let allowed = [
        "Authorization", "Content-Type", "Idempotency-Key", "X-Allow-Duplicate", "If-None-Match", "Last-Event-ID",
        "Range", "If-Range",
    ].joined(separator: ", ")

    static let exposed = [
        "X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Gateway-Job-Id",
        "X-Cache", "ETag", "Age", "Retry-After", "Idempotency-Replayed", "Accept-Ranges", "Content-Range",
        "Content-Disposition",
    ].joined(separator: ", ")
}

extension RequestOrigin {
    init(_ request: Request) {
        let values = request.headers[values: .origin]
        guard let value = values.first else {
            self = .none
            return
        }
        self = values.count == 1 ? Origin(value).map(RequestOrigin.some) ?? .malformed : .malformed
    }
}
