import Foundation
import GatewayCore
import VinciAPI

/// One gateway's connection to Vinci through one key, and everything that goes wrong on it.
struct VinciLine: VinciUpstream {
    /// The gateway's `upstream.request_timeout`.
    static let deadline: Int64 = 30_000_000

    let key: UpstreamKeyID
    let life: GatewayLife

    private var world: World { life.world }
    private var dice: Dice { life.world.upstreamDice }

    func submit(_ request: VideoRequest, _ terms: SendTerms) async -> Reading<SubmitOutcome> {
        guard let call = CallTag.number else {
            world.violate("an order is sent that no client made", request.prompt)
            return Reading(.notCreated(.notSent(reason: "nobody's order")))
        }
        noteUse()
        let fault = drawFault()
        world.coverage.count("submit: \(fault)")
        await wait(dice.between(100, 300_000))
        await life.mayFreezeBeforePost()
        guard life.survives(.beforePost) else { return Reading(.notCreated(.notSent(reason: "the process is gone"))) }
        let isOurs = terms.isStillOurs()
        if !isOurs { world.coverage.count("submit: no longer ours") }
        if fault == .connectionRefused || !isOurs {
            world.calls.noteVerdict(.refused, of: call)
            return Reading(.notCreated(.notSent(reason: "connection refused")))
        }

        world.trace.note("POST", "call \(call) \(life.process) \(fault)")
        world.calls.notePost(of: call)
        let exchange = Exchange(call: call, life: life)
        let journey = Journey(exchange: exchange, request: request, fault: fault, world: world)
        journey.begin()
        guard life.survives(.afterPost) else { return Reading(.unknown(.gone)) }
        let patience = min(terms.patience.microseconds, VinciLine.deadline)
        let reading = await exchange.outcome(within: patience, late: terms.late)
        guard life.survives(.afterReply) else { return Reading(.unknown(.gone)) }
        world.calls.noteVerdict(reading.outcome.verdict, of: call)
        return reading
    }

    func status(of requestID: String) async -> Reading<QueryOutcome<StatusReply>> {
        noteUse()
        let fault = drawStatusFault()
        if fault != .none { world.coverage.count("status: \(fault)") }
        world.trace.note("GET", "\(requestID) \(life.process) \(fault)")
        await wait(dice.between(1_000, 500_000))
        switch fault {
        case .none, .slow, .stale:
            if fault == .slow { await wait(dice.between(1_000_000, 29_000_000)) }
            let truth = fault == .stale ? world.vinci.staleStatus(of: requestID) : world.vinci.status(of: requestID)
            await wait(dice.between(1_000, 500_000))
            return Reading(truth)
        case .silence:
            await wait(VinciLine.deadline)
            return Reading(.failed(.unreachable(reason: "no reply before the deadline")))
        case .reset: return Reading(.failed(.unreachable(reason: "connection reset")))
        case .unreadable: return Reading(.failed(.unreadable(reason: "not the documented shape")))
        case .status(let status):
            let pause = status == 429 ? dice.between(1, 40) : nil
            return Reading(.failed(.status(status, detail: "no", retryAfterSeconds: pause)))
        }
    }

    func balance() async -> Reading<QueryOutcome<BalanceReply>> {
        noteUse()
        world.trace.note("GET", "balance \(life.process)")
        await wait(dice.between(1_000, 500_000))
        if !world.vinci.isHealed, dice.chance(world.plan.trouble.status) {
            return Reading(.failed(.unreachable(reason: "connection reset")))
        }
        return Reading(
            .reply(BalanceReply(balanceUSD: 1000, totalSpentUSD: Decimal(world.vinci.totalSpent) / 1_000_000)))
    }

    func usage(days: Int) async -> Reading<QueryOutcome<UsageReply>> { unexpected() }
    func keys() async -> Reading<QueryOutcome<KeyListReply>> { unexpected() }
    func createKey(_ request: NewKeyRequest) async -> Reading<QueryOutcome<NewKeyReply>> { unexpected() }
    func revokeKey(_ keyID: String) async -> Reading<QueryOutcome<KeyRevokedReply>> { unexpected() }

    private func noteUse() { if !life.isDead { world.rates.note(key, by: life.owner) } }

    private func unexpected<Reply>() -> Reading<QueryOutcome<Reply>> {
        world.violate("Vinci is asked what nobody wanted to know", "\(Reply.self)")
        return Reading(.failed(.unreachable(reason: "unexpected")))
    }

    private func wait(_ delay: Int64) async {
        guard !life.isDead else { return }
        try? await world.time.sleep(delay, as: life.owner)
    }

    private func drawFault() -> SubmitFault {
        guard !world.vinci.isHealed, dice.chance(world.plan.trouble.submit) else { return .none }
        return dice.pick(world.plan.submitFaults)
    }

    private func drawStatusFault() -> StatusFault {
        guard !world.vinci.isHealed, dice.chance(world.plan.trouble.status) else { return .none }
        return dice.pick([
            .reset, .silence, .unreadable, .slow, .stale, .status(404), .status(429), .status(500), .status(401),
        ])
    }
}

/// What goes wrong with one status call.
enum StatusFault: Equatable {
    case none, reset, silence, unreadable, slow
    /// Says that the job goes on, whatever is true.
    case stale
    case status(Int)
}

extension UnknownCause {
    static let gone = UnknownCause(status: nil, reason: "the process is gone")
}

extension SubmitOutcome {
    /// What the gateway knows by it.
    var verdict: Calls.Verdict {
        switch self {
        case .accepted(let reply): .accepted(reply.requestID)
        case .notCreated: .refused
        case .unknown: .unknown
        }
    }
}
