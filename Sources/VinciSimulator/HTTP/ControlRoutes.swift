import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import VinciAPI

/// The simulator's own calls, below `/simulator/v1`: the witness, rules at run time, deposits, stepped time.
struct ControlRoutes: Sendable {
    let desk: ProviderDesk

    func add(to router: Router<SimulatorContext>) {
        let control = router.group("/simulator/v1")
        let desk = desk
        control.get("bill") { _, _ in Response(control: Reply(json: desk.ask { $0.bill(at: $1) })) }
        control.get("requests") { _, _ in
            Response(control: Reply(json: desk.ask { provider, _ in provider.log.report }))
        }
        control.get("faults") { _, _ in rulesInForce() }
        control.post("faults") { request, _ in try await answer { try addRules(await text(of: request)) } }
        control.delete("faults") { _, _ in
            desk.ask { provider, _ in provider.faults.removeAll() }
            return rulesInForce()
        }
        control.post("accounts/{id}/deposit") { request, context in
            try await answer { try await deposit(request, accountID: context.id) }
        }
        control.post("advance") { request, _ in try await answer { try await advance(request) } }
    }

    private func answer(_ make: () async throws -> Response) async throws -> Response {
        do {
            return try await make()
        } catch let refusal as VinciRefusal {
            return Response(control: Reply(refusal))
        }
    }

    private func rulesInForce() -> Response {
        let report = desk.ask { provider, _ in provider.faults.report }
        return Response(control: Reply(json: ["rules": report]))
    }

    private func addRules(_ script: String) throws(VinciRefusal) -> Response {
        let rules: [FaultRule]
        do {
            rules = try FaultScript.rules(in: script)
        } catch {
            throw .invalidField("script", rule: error.description)
        }
        desk.ask { provider, _ in provider.faults.add(rules) }
        return rulesInForce()
    }

    private func deposit(_ request: Request, accountID: String) async throws -> Response {
        var body = try await ObjectBody.read(request)
        let amount = try body.number("amount_usd").flatMap { USD($0) }
        try body.finish()
        guard let amount, amount > .zero else {
            throw VinciRefusal.invalidField("amount_usd", rule: "must be dollars above 0, at most 1000000")
        }
        let account = try desk.ask { provider, now throws(VinciRefusal) in
            try provider.deposit(amount, to: accountID, at: now)
        }
        guard let account else { throw VinciRefusal.noSuchPath }
        return Response(control: Reply(json: BilledAccount(account)))
    }

    private func advance(_ request: Request) async throws -> Response {
        var body = try await ObjectBody.read(request)
        let milliseconds = try body.whole("milliseconds", 1...31_536_000_000)
        try body.finish()
        guard let milliseconds else { throw VinciRefusal.invalidField("milliseconds", rule: "is required") }
        guard let stepped = desk.clock as? SteppedTime else {
            let detail = "This simulator runs in real time; only a stepped clock can be advanced."
            return Response(control: Reply(CannedReply(status: 409, detail: detail)))
        }
        stepped.advance(by: .milliseconds(milliseconds))
        return Response(control: Reply(json: ["now": stepped.now().rfc3339Exact]))
    }

    private func text(of request: Request) async throws -> String {
        String(buffer: try await request.bytes(atMost: 1024 * 1024))
    }
}

extension Response {
    fileprivate init(control reply: Reply) {
        self.init(status: reply.status, headers: reply.headers, body: ResponseBody(byteBuffer: reply.body))
    }
}
