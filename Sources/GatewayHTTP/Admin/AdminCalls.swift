import GatewayCore
import GatewayFlow
import Hummingbird

/// What every call of the admin port has in common: who, in which role, and refusals as problems.
struct AdminCalls: Sendable {
    let checks: AdminChecks
    let metrics: GatewayMetrics

    func answer(
        _ request: Request, _ context: GatewayRequestContext, needs power: AdminPower,
        _ work: (AdminPermit) async throws -> Response
    ) async -> Response {
        do throws(AnswerFault) {
            return try await answering {
                let permit = try checks.pass(RequestHead(request, context), for: power)
                return try await work(permit)
            }
        } catch {
            return error.response(context, metrics)
        }
    }
}

extension GatewayRequestContext {
    /// An id out of the path; one that breaks its grammar names nothing.
    func id<ID>(_ make: (String) -> ID?, _ name: String = "id") throws(Refusal) -> ID {
        guard let text = parameters.get(name), let id = make(text) else { throw .notFound }
        return id
    }
}
