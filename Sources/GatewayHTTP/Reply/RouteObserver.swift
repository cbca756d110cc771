import GatewayFlow
import HTTPTypes
import Hummingbird

/// Counts every answer by its route's pattern, and gives paths that no route has their problem.
struct RouteObserver: RouterMiddleware {
    let metrics: GatewayMetrics

    func handle(
        _ request: Request, context: GatewayRequestContext,
        next: @concurrent (Request, GatewayRequestContext) async throws -> Response
    ) async throws -> Response {
        let response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPError {
            let problem = unrouted(error)
            metrics.refusal(code: problem.code.rawValue)
            response = problem.response(requestID: context.requestID)
        }
        let duration = ContinuousClock.now - context.startedAt
        metrics.route(context.endpointPath ?? "none").answered(Int(response.status.code), took: duration)
        return response
    }

    private func unrouted(_ error: HTTPError) -> ProblemReply {
        ProblemReply(.notFound, detail: error.status == .methodNotAllowed ? "No such method here" : "Not found")
    }
}
