import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import Testing
import VinciAPI

@Suite("An order") struct OrderOutcomeTests {
    struct Expectation: Sendable, CustomTestStringConvertible {
        let name: String
        let outcome: SubmitOutcome
        let state: JobState
        /// Still held afterwards.
        let held: MicroUSD
        let isRefused: @Sendable (Refusal?, JobID) -> Bool

        var testDescription: String { name }
    }

    static let table: [Expectation] = [
        Expectation(name: "accepted", outcome: .taken(as: "req_1"), state: .accepted, held: .cents(28)) { refusal, _ in
            refusal == nil
        },
        Expectation(
            name: "refused for its content",
            outcome: .notCreated(.rejected(status: 422, detail: "prompt: too short")), state: .refused, held: .zero
        ) { $0 == .rejectedUpstream($1, status: 422, detail: "prompt: too short") },
        Expectation(
            name: "not sent", outcome: .notCreated(.notSent(reason: "connection refused")), state: .refused, held: .zero
        ) { $0 == .upstreamUnavailable($1, retryAfter: .seconds(2)) },
        Expectation(
            name: "our key is bad", outcome: .notCreated(.keyRejected(status: 401)), state: .refused, held: .zero
        ) { $0 == .upstreamUnavailable($1, retryAfter: .seconds(60)) },
        Expectation(
            name: "the account is empty", outcome: .notCreated(.accountEmpty(detail: "Insufficient balance")),
            state: .refused, held: .zero
        ) { $0 == .upstreamBalanceLow($1, retryAfter: .seconds(30)) },
        Expectation(
            name: "Vinci's rate limit", outcome: .notCreated(.rateLimited(retryAfterSeconds: 7)), state: .refused,
            held: .zero
        ) { $0 == .upstreamBusy($1, retryAfter: .seconds(7)) },
        Expectation(
            name: "a 500 that is taken for not created", outcome: .notCreated(.serverError(detail: "oops")),
            state: .refused, held: .zero
        ) { refusal, job in
            guard case .rejectedUpstream(job, status: 503, _) = refusal else { return false }
            return true
        },
        Expectation(name: "lost", outcome: .lost, state: .unknown, held: .cents(28)) { $0 == .outcomeUnknown($1) },
    ]

    @Test("ends in the state that Vinci's answer proves, its money where it belongs", arguments: table)
    func outcome(_ expected: Expectation) async throws {
        let bench = try await FlowBench(ScriptedUpstream(submit: { _, _ in expected.outcome }))
        let token = try await bench.token()
        let end = try await bench.order(token)
        let job = try #require(try await bench.job(end))
        #expect(job.state == expected.state)
        #expect(expected.isRefused(end.refusal, job.id))
        #expect(try await bench.books.store.spend(of: .organization).held == expected.held)
        #expect(bench.upstream.submits.count == 1)
        #expect(try await bench.books.store.verifyLedger().isSound)
    }

    @Test("answered with a request id that another job has is unknown, and the other job is untouched")
    func repeatedRequestID() async throws {
        let bench = try await FlowBench(ScriptedUpstream(submit: { _, _ in .taken(as: "req_same") }))
        let token = try await bench.token()
        let first = try await bench.order(token, prompt: "one")
        let second = try await bench.order(token, prompt: "two")
        #expect(try await bench.job(first)?.state == .accepted)
        #expect(try await bench.job(second)?.state == .unknown)
    }

    @Test("that finds every place in the minute taken waits, certainly unsent, and goes out when one is free")
    func waitsForASlot() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, count in .taken(as: "req_\(count)") }), requestsPerMinute: 1,
            slotWait: .seconds(90), answerWithin: .seconds(120))
        let token = try await bench.token()
        _ = try await bench.order(token, prompt: "one")
        async let waiting = bench.order(token, prompt: "two")
        // Its client's last moment, and the next free place.
        await bench.clock.sleepers(2)
        #expect(try await bench.books.store.openJobCounts()[.queued] == 1)
        #expect(bench.upstream.submits.count == 1)
        bench.clock.advance(by: .seconds(62))
        #expect(try await bench.job(try await waiting)?.state == .accepted)
        #expect(bench.upstream.submits.count == 2)
    }

    @Test("that finds no place in time is cancelled, its money released, and its idempotency key may be used again")
    func slotNeverFree() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, count in .taken(as: "req_\(count)") }), requestsPerMinute: 1,
            slotWait: .seconds(5))
        let token = try await bench.token()
        _ = try await bench.order(token, prompt: "one")
        let end = try await bench.order(token, prompt: "two", key: "k")
        let job = try #require(try await bench.job(end))
        #expect(job.state == .cancelled)
        guard case .upstreamBusy(job.id, _) = end.refusal else {
            Issue.record("expected upstreamBusy, got \(String(describing: end.refusal))")
            return
        }
        bench.clock.advance(by: .seconds(62))
        let again = try await bench.order(token, prompt: "two", key: "k")
        #expect(try await bench.job(again)?.state == .accepted)
        #expect(!again.isReplay)
    }

    @Test("that no key can send is told about its budget first, holds nothing, and is on record")
    func noUsableKey() async throws {
        let bench = try await FlowBench(ScriptedUpstream(submit: { _, _ in .notCreated(.keyRejected(status: 401)) }))
        let token = try await bench.token()
        _ = try await bench.order(token, prompt: "closes the key")
        let refused = try await bench.order(token, prompt: "two")
        guard case .upstreamUnavailable(nil, _) = refused.refusal else {
            Issue.record("expected upstreamUnavailable, got \(String(describing: refused.refusal))")
            return
        }
        try await bench.books.limit(.team(token.token.team), .cents(10), per: .day)
        guard case .budgetExceeded = try await bench.order(token, prompt: "three").refusal else {
            Issue.record("expected budgetExceeded")
            return
        }
        #expect(bench.upstream.submits.count == 1)
        #expect(try await bench.books.store.spend(of: .organization).held == .zero)
        let refusals = try await bench.books.store.audit(after: 0, action: .orderRefused, limit: 10)
        #expect(refusals.count == 2)
    }

    @Test("after three lost outcomes in a row, the key rests")
    func circuit() async throws {
        let bench = try await FlowBench(ScriptedUpstream(submit: { _, _ in .lost }))
        let token = try await bench.token()
        for number in 0..<5 { _ = try await bench.order(token, prompt: "\(number)") }
        #expect(bench.upstream.submits.count == KeyHealth.unknownsMax)
        #expect(try await bench.books.store.openJobCounts()[.unknown] == KeyHealth.unknownsMax)
    }

    @Test("answered three times with ids that were given before closes the key as well")
    func repeatedRequestIDs() async throws {
        let bench = try await FlowBench(ScriptedUpstream(submit: { _, _ in .taken(as: "req_same") }))
        let token = try await bench.token()
        for number in 0..<6 { _ = try await bench.order(token, prompt: "\(number)") }
        #expect(bench.upstream.submits.count == 1 + KeyHealth.unknownsMax)
    }

    @Test("refused with an error that only the configuration takes for a refusal is not sent again for the same key")
    func releasedServerError() async throws {
        let bench = try await FlowBench(ScriptedUpstream(submit: { _, _ in .notCreated(.serverError(detail: "oops")) }))
        let token = try await bench.token()
        let first = try await bench.order(token, key: "k")
        bench.clock.advance(by: .seconds(2))
        let second = try await bench.order(token, key: "k")
        #expect(second.isReplay && second.refusal == first.refusal)
        #expect(bench.upstream.submits.count == 1)
    }

    @Test("refused for our account's sake tells the team nothing about the account")
    func discreet() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, _ in .notCreated(.accountEmpty(detail: "Current balance: $1.25")) }))
        let end = try await bench.order(try await bench.token())
        #expect(try await bench.job(end)?.error?.contains("1.25") == false)
    }

    @Test("goes on to its end when its client goes away")
    func clientLeaves() async throws {
        let gate = WakeSignal()
        let clock = ContinuousClock()
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, _ in
                await gate.wait(upTo: .seconds(60), on: clock)
                return .taken(as: "req_1")
            }))
        let token = try await bench.token()
        let client = Task { try await bench.order(token) }
        while bench.upstream.submits.isEmpty { await Task.yield() }
        client.cancel()
        gate.wake()
        let job = try #require(try await client.value.job)
        _ = try await bench.job(job, reaches: .accepted)
    }

    @Test("is refused once the gateway is stopping, and a stop waits for those under way")
    func draining() async throws {
        let gate = WakeSignal()
        let clock = ContinuousClock()
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, _ in
                await gate.wait(upTo: .seconds(60), on: clock)
                return .taken(as: "req_1")
            }))
        let token = try await bench.token()
        async let first = bench.order(token, prompt: "one")
        while bench.upstream.submits.isEmpty { await Task.yield() }
        async let drained: Void = bench.running.drain()
        while !bench.running.isDraining { await Task.yield() }
        #expect(try await bench.order(token, prompt: "two").refusal == .draining)
        gate.wake()
        await drained
        #expect(try await bench.job(try await first)?.state == .accepted)
    }
}
