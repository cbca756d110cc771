import GatewayAcceptance

/// What one try of an order came to, as the app saw it.
enum Told: Sendable, Equatable {
    case accepted(requestID: String)
    case refused(status: Int, code: String)
    /// The connection broke before there was an answer.
    case cut

    /// A 2xx without an id, which would be a promise of nothing, shows as a refusal with that status.
    init(_ answer: WebAnswer) {
        if (200..<300).contains(answer.status), let id = answer["request_id"]?.string {
            self = .accepted(requestID: id)
        } else {
            self = .refused(status: answer.status, code: answer.code ?? "")
        }
    }

    /// Whether the app was promised that Vinci has nothing of it.
    var saysNothingWasOrdered: Bool {
        guard case .refused(_, let code) = self else { return false }
        return [
            "budget_exceeded", "rate_limited", "too_many_open_jobs", "upstream_unavailable", "upstream_busy",
            "storage_unavailable", "draining", "invalid_token",
        ].contains(code)
    }

    /// Whether a careful app asks again, under the same key.
    var asksForAnotherTry: Bool {
        switch self {
        case .accepted: false
        case .cut: true
        case .refused(_, let code):
            ["idempotency_in_progress", "storage_unavailable", "draining", "rate_limited"].contains(code)
        }
    }
}
