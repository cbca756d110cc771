import GatewayCore
import NIOHTTP1
import Testing

@testable import VinciClient

@Suite("The gate") struct SendGateTests {
    private let gate: SendGate

    init() throws { gate = SendGate(key: try UpstreamKey(Secret(canary))) }

    private func head(_ pass: String?) -> HTTPRequestHead {
        var headers: HTTPHeaders = ["Authorization": "Bearer somebody-else"]
        if let pass { headers.add(name: SendGate.passField, value: pass) }
        return HTTPRequestHead(version: .http1_1, method: .POST, uri: "/", headers: headers)
    }

    @Test("exchanges a pass for the key, once") func once() {
        let pass = gate.issue()
        let admitted = gate.admit(head("\(pass.number)"))
        #expect(admitted?.head.headers["Authorization"] == ["Bearer \(canary)"])
        #expect(admitted?.head.headers.contains(name: SendGate.passField) == false)
        #expect(admitted?.pass === pass)
        #expect(gate.admit(head("\(pass.number)")) == nil)
        #expect(pass.withdraw() == .tooLate(.none))
    }

    @Test("never opens for a withdrawn pass, which proves that nothing was sent") func withdrawn() {
        let pass = gate.issue()
        #expect(pass.withdraw() == .neverSent)
        #expect(gate.admit(head("\(pass.number)")) == nil)
        #expect(pass.withdraw() == .neverSent)
    }

    @Test("knows no retired, unknown or missing pass") func unknown() {
        let pass = gate.issue()
        gate.retire(pass)
        #expect(gate.admit(head("\(pass.number)")) == nil)
        #expect(gate.admit(head("999")) == nil)
        #expect(gate.admit(head("x")) == nil)
        #expect(gate.admit(head(nil)) == nil)
    }

    @Test("keeps the status of a reply's head") func status() {
        let pass = gate.issue()
        pass.note(.head(status: 200))
        _ = gate.admit(head("\(pass.number)"))
        pass.note(.head(status: 202))
        #expect(pass.withdraw() == .tooLate(.head(status: 202)))
    }

    @Test("lets one of many through, or the withdrawal, never both") func race() async {
        for _ in 0..<200 {
            let pass = SendPass(number: 1)
            let winners = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<4 { group.addTask { index == 0 ? pass.withdraw() == .neverSent : pass.use() } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(winners == 1)
        }
    }
}
