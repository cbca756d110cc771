import GatewayCore
import Synchronization
import Testing
import VinciAPI

/// A Vinci that answers as it was told and remembers what it was asked. A call that nobody scripted fails the test.
final class ScriptedUpstream: VinciUpstream {
    private struct State {
        var submits: [VideoRequest] = []
        var polls: [String] = []
        var balances = 0
    }

    typealias Submit = @Sendable (VideoRequest, Int) async -> SubmitOutcome
    typealias Status = @Sendable (String, Int) async -> QueryOutcome<StatusReply>

    private let state = Mutex(State())
    private let onSubmit: Submit?
    private let onStatus: Status?
    private let onBalance: (@Sendable () async -> QueryOutcome<BalanceReply>)?

    /// - submit, status: get the request and how many came before it.
    init(
        submit: Submit? = nil, status: Status? = nil,
        balance: (@Sendable () async -> QueryOutcome<BalanceReply>)? = nil
    ) {
        onSubmit = submit
        onStatus = status
        onBalance = balance
    }

    var submits: [VideoRequest] { state.withLock { $0.submits } }
    var polls: [String] { state.withLock { $0.polls } }
    var balances: Int { state.withLock { $0.balances } }

    func submit(_ request: VideoRequest) async -> Reading<SubmitOutcome> {
        let earlier = state.withLock { state in
            defer { state.submits.append(request) }
            return state.submits.count
        }
        guard let onSubmit else {
            Issue.record("an order was sent that nobody expected")
            return Reading(.unknown(UnknownCause(status: nil, reason: "unscripted")))
        }
        return Reading(await onSubmit(request, earlier))
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
