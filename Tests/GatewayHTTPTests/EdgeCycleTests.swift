import NIOHTTP1
import Testing

@testable import GatewayHTTP

@Suite("The exchanges of a connection") struct EdgeCycleTests {
    private let id = CallID(1, 2)

    private func open(
        _ fields: [(String, String)] = [], method: HTTPMethod = .POST, version: HTTPVersion = .http1_1
    ) -> RequestCycle {
        var cycle = RequestCycle()
        let head = HTTPRequestHead(version: version, method: method, uri: "/", headers: HTTPHeaders(fields))
        #expect(cycle.headArrived(head, requestID: id, isRefused: false) == .forward)
        return cycle
    }

    private func isLast(_ action: RequestCycle.AnswerHeadAction) -> Bool? {
        if case .send(_, let lastAnswer) = action { lastAnswer } else { nil }
    }

    @Test("follow one another when request and answer are complete")
    func keepsAlive() {
        var cycle = open()
        #expect(cycle.endArrived() == true)
        #expect(isLast(cycle.answerBegins(isInformational: false)) == false)
        #expect(cycle.answerEnds() == .send)
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        #expect(cycle.headArrived(head, requestID: id, isRefused: false) == .forward)
    }

    @Test("end with an answer that begins before its request is complete")
    func earlyAnswer() {
        var cycle = open()
        #expect(isLast(cycle.answerBegins(isInformational: false)) == true)
        #expect(cycle.endArrived() == true)
        #expect(cycle.answerEnds() == .sendThenClose)
        #expect(
            cycle.headArrived(
                HTTPRequestHead(version: .http1_1, method: .GET, uri: "/"), requestID: id, isRefused: false) == .drop)
        #expect(cycle.answerBegins(isInformational: false) == .drop)
    }

    @Test("end with the answer to Connection: close and to HTTP/1.0")
    func lastByHead() {
        var asked = open([("Connection", "close")])
        _ = asked.endArrived()
        #expect(isLast(asked.answerBegins(isInformational: false)) == true)
        var old = open([("Connection", "keep-alive")], version: .http1_0)
        _ = old.endArrived()
        #expect(isLast(old.answerBegins(isInformational: false)) == true)
    }

    @Test("that the edge has refused take no answer from the routes")
    func refused() {
        var cycle = open()
        guard case .refuse = cycle.bodyTooSlow() else {
            Issue.record("a slow body was not refused")
            return
        }
        #expect(cycle.answerBegins(isInformational: false) == .drop)
        #expect(cycle.answerContinues() == false)
        #expect(cycle.answerEnds() == .drop)
        #expect(cycle.bodyArrived() == false)
        #expect(cycle.endArrived() == false)
        #expect(cycle.becameUnreadable(.other) == .ignore)
    }

    @Test("cannot be refused any more once their answer has begun")
    func begun() {
        var slow = open()
        _ = slow.answerBegins(isInformational: false)
        #expect(slow.bodyTooSlow() == .close)
        var broken = open()
        _ = broken.answerBegins(isInformational: false)
        #expect(broken.becameUnreadable(.chunk) == .tellInner)
        #expect(broken.answerEnds() == .sendThenClose)
    }

    @Test("that a client cuts off are left to the routes; a connection it leaves idle is just closed")
    func cutOff() {
        var cycle = open()
        #expect(cycle.becameUnreadable(.cutOff) == .tellInner)
        #expect(isLast(cycle.answerBegins(isInformational: false)) == true)
        var idle = RequestCycle()
        #expect(idle.becameUnreadable(.cutOff) == .close)
    }

    @Test("ask for a body once, and only while the client waits for it")
    func continues() {
        var cycle = open([("Expect", "100-continue")])
        #expect(cycle.bodyWanted() == true)
        #expect(cycle.bodyWanted() == false)
        var sent = open([("Expect", "100-continue")])
        _ = sent.bodyArrived()
        #expect(sent.bodyWanted() == false)
        var answered = open([("Expect", "100-continue")])
        _ = answered.answerBegins(isInformational: false)
        #expect(answered.bodyWanted() == false)
        var plain = open()
        #expect(plain.bodyWanted() == false)
    }
}
