import Hummingbird

/// What becomes of requests that no route answered: unknown paths get Vinci's error shape, and a reply whose scripted
/// delay was cut short by a shutdown is not given at all.
struct UnansweredRequests: RouterMiddleware {
    func handle(
        _ request: Request, context: SimulatorContext,
        next: @concurrent (Request, SimulatorContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            let reply = Reply(VinciRefusal.noSuchPath)
            return Response(status: reply.status, headers: reply.headers, body: ResponseBody(byteBuffer: reply.body))
        } catch is CancellationError {
            return try await context.dropConnection()
        }
    }
}
