import GatewayCore
import GatewayFlow
import Hummingbird
import Logging

/// Anything that ends a call with a problem, in the words of the room that found it.
struct AnswerFault: Error {
    var problem: ProblemReply
    var isReplay = false
    /// For the log: an error that nobody foresaw. Its words stay inside.
    var unforeseen: String?

    init(_ problem: ProblemReply) { self.problem = problem }
    init(_ refusal: Refusal) { problem = Refusals.problem(refusal) }
    init(_ refusal: BodyRefusal) { problem = refusal.problem }
    init(_ field: InvalidField) { problem = field.problem }

    /// A status whose numbers JSON cannot hold.
    init(unrendered job: JobID) { self.init(unforeseen: "the status of \(job) cannot be written as JSON") }

    init(unforeseen error: any Error) { self.init(unforeseen: "\(error)") }

    private init(unforeseen text: String) {
        problem = ProblemReply(
            .internalError, detail: "The gateway failed to answer. Its log has the reason under this request id.")
        unforeseen = text
    }
}

extension AnswerFault {
    /// Counts and renders it; what was not foreseen goes to the log.
    func response(_ context: GatewayRequestContext, _ metrics: GatewayMetrics) -> Response {
        metrics.refusal(code: problem.code.rawValue)
        if let unforeseen { context.logger.error("a call failed", metadata: ["error": "\(unforeseen)"]) }
        var response = problem.response(requestID: context.requestID)
        if let job = problem.jobID { response.headers[.gatewayJobID] = job }
        if isReplay { response.headers[.idempotencyReplayed] = "true" }
        return response
    }
}

/// Runs one step of a call and turns the error types of all rooms into one.
func answering<Value>(_ step: () async throws -> Value) async throws(AnswerFault) -> Value {
    do {
        return try await step()
    } catch let fault as AnswerFault {
        throw fault
    } catch let refusal as Refusal {
        throw AnswerFault(refusal)
    } catch let refusal as BodyRefusal {
        throw AnswerFault(refusal)
    } catch let field as InvalidField {
        throw AnswerFault(field)
    } catch {
        throw AnswerFault(unforeseen: error)
    }
}
