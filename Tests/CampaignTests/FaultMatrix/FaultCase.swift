import GatewayApp
import NIOCore
import Testing

/// One way in which Vinci, or the way to it, treats an order, and what must come of it.
struct FaultCase: Sendable, CustomTestStringConvertible {
    /// The address at which the gateway looks for Vinci.
    enum Address: Sendable {
        case plain
        case tls
        /// TLS is expected there, and not spoken.
        case tlsWithoutTLS
        case elsewhere(String)
    }

    let testDescription: String
    var address = Address.plain
    var behaviour: Behaviour
    /// Any of them is right: what a vanishing connection has carried is known only to those who were there.
    var outcomes: [FaultOutcome]
    /// As long as an upload must be so that it cannot be on its way as a whole.
    var isLongUpload = false
    /// Another order is taken first.
    var isSecond = false
    var onServerError = GatewayConfiguration.ServerErrorPolicy.hold

    init(
        _ name: String, _ outcome: FaultOutcome, or other: FaultOutcome? = nil, at address: Address = .plain,
        when moment: Behaviour.Moment = .order, _ steps: Behaviour.Step...
    ) {
        testDescription = name
        outcomes = [outcome] + (other.map { [$0] } ?? [])
        self.address = address
        behaviour = Behaviour(moment: moment, steps: steps)
    }

    func with(_ change: (inout FaultCase) -> Void) -> FaultCase {
        var changed = self
        change(&changed)
        return changed
    }

    static let all = unreachable + broken + slow + accepted + unreadable + statuses + odd
}

/// What rules §2 promise for one end of a sent order.
struct FaultOutcome: Sendable {
    /// The job's.
    let state: String
    let status: Int
    var code: String?
    /// Vinci's words, cleaned.
    var detail: String?
    var retryAfter: ClosedRange<Int>?
    /// Of the key that carried it; nil: ready.
    var keyReason: String?
    /// Its key rests for a second only, and may be open again when it is looked at.
    var isBrief = false
    /// Whether a repetition gets this answer again; else it is refused for as long as the key rests.
    var isKept = true
    /// Orders that reached Vinci, at least by their head.
    var posts = 1...1

    var holdsMoney: Bool { state == "unknown" || state == "accepted" }

    static let accepted = FaultOutcome(state: "accepted", status: 200)
    static let unknown = FaultOutcome(state: "unknown", status: 504, code: "outcome_unknown")
    /// As ``unknown``, of an order of which Vinci may have read nothing.
    static let unread = FaultOutcome(state: "unknown", status: 504, code: "outcome_unknown", posts: 0...1)

    static func rejected(_ status: Int, _ code: String, _ detail: String? = nil) -> FaultOutcome {
        FaultOutcome(state: "refused", status: status, code: code, detail: detail)
    }

    static let unsent = FaultOutcome(
        state: "refused", status: 503, code: "upstream_unavailable", retryAfter: 1...5, isBrief: true,
        isKept: false, posts: 0...0)

    static let keyRejected = FaultOutcome(
        state: "refused", status: 503, code: "upstream_unavailable", retryAfter: 60...60, keyReason: "key_rejected",
        isKept: false)

    static let accountEmpty = FaultOutcome(
        state: "refused", status: 503, code: "upstream_balance_low", retryAfter: 30...30, keyReason: "account_empty",
        isKept: false)

    static func busy(_ seconds: Int) -> FaultOutcome {
        FaultOutcome(
            state: "refused", status: 503, code: "upstream_busy", retryAfter: seconds...seconds,
            keyReason: "rate_limited", isBrief: seconds == 1, isKept: false, posts: seconds == 1 ? 1...2 : 1...1)
    }

    /// A 500 that the operator takes for "not created".
    static let serverError = FaultOutcome(
        state: "refused", status: 503, code: "upstream_unavailable", isBrief: true)
}
