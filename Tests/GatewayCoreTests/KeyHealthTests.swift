import GatewayCore
import Testing

@Suite("A Vinci key's health") struct KeyHealthTests {
    private let start = Uptime(microseconds: 5_000_000_000)

    private func after(_ events: [KeyHealth.Event]) -> KeyHealth {
        events.reduce(into: KeyHealth()) { $0.note($1, at: start) }
    }

    @Test(
        "closes the key for a while after what went wrong, and opens it by itself",
        arguments: [
            (KeyHealth.Event.keyRejected, KeyHealth.Reason.keyRejected, Int64(60)), (.accountEmpty, .accountEmpty, 30),
            (.rateLimited(.seconds(20)), .rateLimited, 20), (.rateLimited(nil), .rateLimited, 60),
            (.rateLimited(.seconds(100_000)), .rateLimited, 120), (.rateLimited(.seconds(-5)), .rateLimited, 1),
            (.unreachable, .unreachable, 1),
        ])
    func closes(event: KeyHealth.Event, reason: KeyHealth.Reason, seconds: Int64) throws {
        let health = after([event])
        let closure = try #require(health.closure(at: start))
        #expect(closure.reason == reason)
        #expect(closure.remaining == .seconds(seconds))
        let end = start.adding(.seconds(seconds))
        #expect(health.closure(at: end.adding(.microseconds(-1)))?.remaining == .microseconds(1))
        #expect(health.closure(at: end) == nil)
    }

    @Test("is good at first")
    func good() { #expect(KeyHealth().closure(at: start) == nil) }

    @Test("closes the key after three lost outcomes in a row, then after each further one")
    func unknowns() throws {
        var health = after([.unknown, .unknown])
        #expect(health.closure(at: start) == nil)
        health.note(.unknown, at: start)
        #expect(health.closure(at: start)?.reason == .unknownOutcomes)
        let later = start.adding(.seconds(30))
        #expect(health.closure(at: later) == nil)
        health.note(.unknown, at: later)
        #expect(health.closure(at: later)?.reason == .unknownOutcomes)
    }

    @Test("forgets everything when an order works")
    func works() {
        #expect(after([.unknown, .unknown, .worked, .unknown, .unknown]).closure(at: start) == nil)
        for event in [KeyHealth.Event.keyRejected, .accountEmpty, .rateLimited(nil), .unreachable] {
            #expect(after([event, .worked]).closure(at: start) == nil)
        }
    }

    @Test("is not mended by a smaller mishap that comes after a bigger one")
    func longerClosureStays() throws {
        let closure = try #require(after([.keyRejected, .unreachable]).closure(at: start))
        #expect(closure.reason == .keyRejected)
        #expect(closure.remaining == .seconds(60))
        #expect(after([.unreachable, .keyRejected]).closure(at: start)?.reason == .keyRejected)
    }
}
