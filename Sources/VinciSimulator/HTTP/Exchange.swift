import HTTPTypes
import Hummingbird
import NIOCore
import VinciAPI

/// One authenticated call of Vinci's API from its head to its reply: gate, reading, rule, carrying out, sending.
struct Exchange: Sendable {
    let desk: ProviderDesk
    let sender: ReplySender
    let origin: @Sendable () -> String

    init(desk: ProviderDesk, origin: @escaping @Sendable () -> String) {
        self.desk = desk
        self.origin = origin
        sender = ReplySender(clock: desk.clock)
    }

    /// - read: makes the errand of the request, or refuses it; called only once the key has been let through.
    func serve(
        _ call: Call, _ request: Request, _ context: SimulatorContext,
        read: (Request) async throws -> Errand
    ) async throws -> Response {
        let visitor: Visitor
        do {
            visitor = try desk.ask { provider, now throws(RefusedAtTheGate) in
                try provider.admit(request.bearer, to: call, at: now)
            }
        } catch {
            return sender.response(for: Reply(error.refusal, rate: error.rate), spoiltBy: nil)
        }
        let errand: Errand
        do {
            errand = try await read(request)
        } catch let refusal as VinciRefusal {
            return sender.response(for: Reply(refusal, rate: visitor.rate), spoiltBy: nil)
        }
        return try await answer(errand, of: visitor, call: call, context)
    }

    private func answer(
        _ errand: Errand, of visitor: Visitor, call: Call, _ context: SimulatorContext
    ) async throws -> Response {
        let receipt = desk.ask { $0.receive(errand, as: call, from: visitor, at: $1) }
        try await sender.wait(receipt.rule?.delayAccept ?? .zero)
        let action = receipt.rule?.action
        if action == .dropBeforeAccept { return try await context.dropConnection() }
        var reply: Reply
        if case .refuse(let canned) = action {
            reply = Reply(canned)
        } else {
            reply = carryOut(errand, of: visitor, under: receipt)
        }
        if case .answer(let canned) = action { reply = Reply(canned) }
        reply.tell(visitor.rate)
        try await sender.wait(receipt.rule?.delayReply ?? .zero)
        if action == .dropAfterAccept { return try await context.dropConnection() }
        return sender.response(for: reply, spoiltBy: action)
    }

    private func carryOut(_ errand: Errand, of visitor: Visitor, under receipt: Receipt) -> Reply {
        let base = origin()
        do {
            let body = try desk.ask { provider, now throws(VinciRefusal) in
                try provider.carryOut(errand, for: visitor, under: receipt, at: now) { "\(base)/videos/\($0).mp4" }
            }
            return Reply(json: body)
        } catch {
            return Reply(error)
        }
    }
}

extension Request {
    /// The text after `Authorization: Bearer `.
    fileprivate var bearer: String? {
        guard let value = headers[.authorization] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
