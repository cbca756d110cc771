import GatewayCore
import Synchronization
import Testing
import VinciAPI

/// A Vinci that answers as it was told and remembers what it was asked. A call that nobody scripted fails the test.
final class ScriptedUpstream: VinciUpstream {
    private struct State {
        var submits: [VideoRequest] = []
        var patience: [Duration] = []
        var polls: [String] = []
        var balances = 0
    }

    typealias Submit = @Sendable (VideoRequest, Int) async -> SubmitOutcome
    typealias LateReply = @Sendable (VideoRequest, Int) async -> SubmitOutcome?
    typealias Status = @Sendable (String, Int) async -> QueryOutcome<StatusReply>

    private let state = Mutex(State())
    private let onSubmit: Submit?
    private let onLate: LateReply?
    private let onStatus: Status?
    private let onBalance: (@Sendable () async -> QueryOutcome<BalanceReply>)?

    /// - submit, status: get the request and how many came before it.
    /// - late: what a reply says that comes after an unknown outcome.
    init(
        submit: Submit? = nil, late: LateReply? = nil, status: Status? = nil,
        balance: (@Sendable () async -> QueryOutcome<BalanceReply>)? = nil
    ) {
        onSubmit = submit
        onLate = late
        onStatus = status
        onBalance = balance
    }

    var submits: [VideoRequest] { state.withLock { $0.submits } }
    /// How long each order's reply would have been waited for.
    var patience: [Duration] { state.withLock { $0.patience } }
    var polls: [String] { state.withLock { $0.polls } }
    var balances: Int { state.withLock { $0.balances } }

    func submit(_ request: VideoRequest, _ terms: SendTerms) async -> Reading<SubmitOutcome> {
        guard terms.isStillOurs() else { return Reading(.notCreated(.notSent(reason: "not ours any more"))) }
        let earlier = state.withLock { state in
            defer { state.submits.append(request) }
            state.patience.append(terms.patience)
            return state.submits.count
        }
        guard let onSubmit else {
            Issue.record("an order was sent that nobody expected")
            return Reading(.unknown(UnknownCause(status: nil, reason: "unscripted")))
        }
        let outcome = await onSubmit(request, earlier)
        if case .unknown = outcome, let onLate {
            Task { if let late = await onLate(request, earlier) { await terms.late(Reading(late)) } }
        }
        return Reading(outcome)
    }

    func status(of requestID: String) async -> Reading<QueryOutcome<StatusReply>> {
        let earlier = state.withLock { state in
            defer { state.polls.append(requestID) }
            return state.polls.count
        }
        guard let onStatus else {
            Issue.record("a status was asked that nobody expected")
            return Reading(.failed(.unreachable(reason: "unscripted")))
        }
        return Reading(await onStatus(requestID, earlier))
    }

    func balance() async -> Reading<QueryOutcome<BalanceReply>> {
        state.withLock { $0.balances += 1 }
        guard let onBalance else {
            Issue.record("the balance was asked that nobody expected")
            return Reading(.failed(.unreachable(reason: "unscripted")))
        }
        return Reading(await onBalance())
    }

    func usage(days: Int) async -> Reading<QueryOutcome<UsageReply>> { unscripted() }
    func keys() async -> Reading<QueryOutcome<KeyListReply>> { unscripted() }
    func createKey(_ request: NewKeyRequest) async -> Reading<QueryOutcome<NewKeyReply>> { unscripted() }
    func revokeKey(_ keyID: String) async -> Reading<QueryOutcome<KeyRevokedReply>> { unscripted() }

    private func unscripted<Reply>() -> Reading<QueryOutcome<Reply>> {
        Issue.record("a call was made that nobody expected")
        return Reading(.failed(.unreachable(reason: "unscripted")))
    }
}

extension SubmitOutcome {
    static func taken(as requestID: String) -> SubmitOutcome {
        .accepted(
            OrderReply(requestID: requestID, status: "pending", estimatedCostUSD: nil, estimatedDurationSeconds: nil))
    }

    static let lost = SubmitOutcome.unknown(UnknownCause(status: nil, reason: "the connection broke"))
}
