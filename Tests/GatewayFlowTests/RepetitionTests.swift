import GatewayCore
import GatewayFlow
import GatewayTesting
import Testing
import VinciAPI

@Suite("A repeated order") struct RepetitionTests {
    @Test("with the same key and fields gets the first one's answer, word for word")
    func replay() async throws {
        let bench = try await FlowBench(ScriptedUpstream(submit: { _, _ in .taken(as: "req_1") }))
        let token = try await bench.token()
        let first = try await bench.order(token, key: "k")
        let second = try await bench.order(token, key: "k")
        #expect(second.isReplay && second.job == first.job)
        #expect(try second.answer.get() == first.answer.get())
        #expect(bench.upstream.submits.count == 1)
    }

    @Test("with the same key and other fields is a mistake that costs nothing")
    func mismatch() async throws {
        let bench = try await FlowBench(ScriptedUpstream(submit: { _, _ in .taken(as: "req_1") }))
        let token = try await bench.token()
        _ = try await bench.order(token, prompt: "one", key: "k")
        #expect(try await bench.order(token, prompt: "two", key: "k").refusal == .idempotencyMismatch)
        #expect(bench.upstream.submits.count == 1)
    }

    @Test("of an unknown outcome is told that it is unknown, and never sent again")
    func unknown() async throws {
        let bench = try await FlowBench(ScriptedUpstream(submit: { _, _ in .lost }))
        let token = try await bench.token()
        let first = try await bench.order(token, key: "k")
        let second = try await bench.order(token, key: "k")
        #expect(second.isReplay)
        #expect(second.refusal == first.refusal)
        #expect(bench.upstream.submits.count == 1)
    }

    @Test("while the first is on its way waits for it and gets its answer")
    func inProgress() async throws {
        let gate = WakeSignal()
        let real = ContinuousClock()
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, _ in
                await gate.wait(upTo: .seconds(60), on: real)
                return .taken(as: "req_1")
            }))
        let token = try await bench.token()
        async let first = bench.order(token, key: "k")
        while bench.upstream.submits.isEmpty { await Task.yield() }
        async let second = bench.order(token, key: "k")
        // Two clients' last moments, and the next look at the first order.
        await bench.clock.sleepers(3)
        gate.wake()
        let answer = try await first.answer.get()
        bench.clock.advance(by: .milliseconds(100))
        let repeated = try await second
        #expect(repeated.isReplay)
        #expect(try repeated.answer.get() == answer)
    }

    @Test("that waits in vain is asked to come back")
    func stillInProgress() async throws {
        let gate = WakeSignal()
        let real = ContinuousClock()
        let bench = try await FlowBench(
            ScriptedUpstream(submit: { _, _ in
                await gate.wait(upTo: .seconds(60), on: real)
                return .taken(as: "req_1")
            }))
        let token = try await bench.token()
        async let first = bench.order(token, key: "k")
        while bench.upstream.submits.isEmpty { await Task.yield() }
        let second = Task { try await bench.order(token, key: "k") }
        for _ in 0..<20 {
            // Two clients' last moments, and the next look at the first order.
            await bench.clock.sleepers(3)
            bench.clock.advance(by: .milliseconds(100))
        }
        #expect(try await second.value.refusal == .idempotencyInProgress(retryAfter: .seconds(2)))
        gate.wake()
        _ = try await first
    }

    @Test("without a key is taken for a retry for ten seconds, unless a second video is asked for")
    func duplicateWindow() async throws {
        let bench = try await FlowBench(ScriptedUpstream(submit: { _, count in .taken(as: "req_\(count)") }))
        let token = try await bench.token()
        let first = try await bench.order(token)
        #expect(try await bench.order(token).job == first.job)
        #expect(try await bench.order(token, allowsDuplicate: true).job != first.job)
        bench.clock.advance(by: .seconds(11))
        #expect(try await !bench.order(token).isReplay)
        #expect(bench.upstream.submits.count == 3)
    }

    @Test("of another token is not a repetition")
    func otherToken() async throws {
        let bench = try await FlowBench(ScriptedUpstream(submit: { _, count in .taken(as: "req_\(count)") }))
        let first = try await bench.order(try await bench.token())
        let second = try await bench.order(try await bench.token())
        #expect(first.job != second.job)
    }

    @Test("is told apart by each of its fields, an image by its content")
    func fields() async throws {
        let requests: [VideoRequest] = [
            .text(TextToVideoRequest(prompt: "a")),
            .text(TextToVideoRequest(prompt: "b")),
            .text(TextToVideoRequest(prompt: "a", durationSeconds: 6)),
            .text(TextToVideoRequest(prompt: "a", aspectRatio: .square)),
            .text(TextToVideoRequest(prompt: "a", seed: 1)),
            .image(.sample(prompt: "a", sha256: [1])),
            .image(.sample(prompt: "a", sha256: [2])),
        ]
        let bench = try await FlowBench(ScriptedUpstream(submit: { _, count in .taken(as: "req_\(count)") }))
        let token = try await bench.token()
        let paced = try await bench.checks.pass(bench.head(token), for: .orderText)
        var jobs: Set<JobID?> = []
        for request in requests { jobs.insert(await bench.submit(paced, request, OrderOptions(), from: .none).job) }
        #expect(jobs.count == requests.count)
    }
}

extension ImageToVideoRequest {
    fileprivate static func sample(prompt: String, sha256: [UInt8]) -> ImageToVideoRequest {
        ImageToVideoRequest(
            image: ImageFile(path: "none", byteCount: 1, format: .png, sha256: sha256), prompt: prompt)
    }
}
