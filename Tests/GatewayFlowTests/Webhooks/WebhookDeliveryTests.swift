import Foundation
import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import Synchronization
import Testing

@Suite("Webhooks", .timeLimit(.minutes(2))) struct WebhookDeliveryTests {
    @Test("are sent each event once, signed anew with the moment of the attempt") func delivered() async throws {
        let bench = try await WebhookBench(
            ScriptedEndpoints { _, count in count == 0 ? .refused(status: 500, retryAfter: nil) : .taken(status: 204) })
        let owner = try await bench.books.owner()
        let new = try await bench.webhook(of: owner)
        let job = try await bench.fail(for: owner)
        try await bench.deliver { try await bench.all(new, are: .delivered, count: 1) }
        let sent = bench.endpoints.received
        #expect(sent.count == 2)
        #expect(Set(sent.map { $0.header("webhook-id") }).count == 1)
        #expect(Set(sent.map(\.body)).count == 1)
        #expect(sent[0].body.contains(job.text))
        let secret = try #require(WebhookSecret(new.secret))
        for request in sent {
            let timestamp = try #require(request.header("webhook-timestamp").flatMap { Int64($0) })
            let id = try #require(request.header("webhook-id"))
            let wanted = secret.signature(id: id, timestamp: timestamp, body: request.body)
            #expect(request.header("webhook-signature") == wanted)
        }
        let times = sent.compactMap { $0.header("webhook-timestamp").flatMap { Int64($0) } }
        #expect((4...7).contains(times[1] - times[0]))
        let delivery = try #require(try await bench.deliveries(new).first)
        #expect(delivery.attempts == 2)
        #expect(delivery.lastStatus == 204)
        #expect(delivery.lastError == nil)
    }

    @Test("that never answer are left after 15 s each time, and hold up nobody else") func hanging() async throws {
        let bench = try await WebhookBench(
            ScriptedEndpoints { request, _ in
                request.url.contains("slow") ? await ScriptedEndpoints.hang() : .taken(status: 200)
            })
        let owner = try await bench.books.owner()
        let slow = try await bench.webhook("https://slow.example/", of: owner)
        let quick = try await bench.webhook("https://quick.example/", of: owner)
        for _ in 0..<30 { try await bench.fail(for: owner) }
        try await bench.deliver { try await bench.all(quick, are: .delivered, count: 30) }
        // The clock is turned quickly here: at most into the second attempt.
        #expect(bench.endpoints.received(at: slow.webhook.url).count <= 2)
        try await bench.deliver { bench.endpoints.received(at: slow.webhook.url).count >= 3 }
        let tried = try await bench.deliveries(slow).filter { $0.attempts > 0 }
        #expect(!tried.isEmpty)
        #expect(tried.allSatisfy { $0.lastError == "the endpoint did not answer within 15 s" && $0.state == .pending })
    }

    @Test("that say they are gone get nothing any more; what waited is given up") func gone() async throws {
        let bench = try await WebhookBench(ScriptedEndpoints { _, count in count == 2 ? .gone : .taken(status: 200) })
        let owner = try await bench.books.owner()
        let new = try await bench.webhook(of: owner)
        for _ in 0..<6 { try await bench.fail(for: owner) }
        try await bench.deliver { try await bench.deliveries(new).allSatisfy { $0.state != .pending } }
        #expect(bench.endpoints.received.count == 3)
        let states = try await bench.deliveries(new).map(\.state)
        #expect(states.count { $0 == .delivered } == 2)
        #expect(states.count { $0 == .givenUp } == 4)
        #expect(try await bench.manage.list(of: owner.team).map(\.state) == [.disabled])
        try await bench.fail(for: owner)
        #expect(try await bench.deliveries(new).count == 6)
    }

    @Test("are tried for a day and then given up; a redelivery begins anew") func givenUp() async throws {
        let isBack = Mutex(false)
        let bench = try await WebhookBench(
            ScriptedEndpoints { _, _ in
                isBack.withLock { $0 } ? .taken(status: 200) : .none(reason: "the host could not be reached")
            })
        let owner = try await bench.books.owner()
        let new = try await bench.webhook(of: owner)
        try await bench.fail(for: owner)
        let start = bench.clock.date
        // Turned a day on between two looks instead of second by second.
        for _ in 0..<30 {
            let due = try await bench.deliveries(new)[0]
            guard let next = due.nextAttemptAt else { break }
            bench.clock.advance(by: max(.zero, next.since(bench.clock.date)))
            try await bench.deliver { try await bench.deliveries(new)[0].attempts > due.attempts }
        }
        let given = try #require(try await bench.deliveries(new).first)
        #expect(given.state == .givenUp)
        #expect((10...16).contains(given.attempts))
        #expect((try #require(given.endedAt)).since(start) >= .seconds(86_400))
        #expect((try #require(given.endedAt)).since(start) < .seconds(86_420))
        isBack.withLock { $0 = true }
        _ = try await bench.manage.redeliver(given.id, to: nil, of: owner.team, by: StoreFixture.actor, from: .none)
        try await bench.deliver { try await bench.all(new, are: .delivered, count: 1) }
        let names = Set(bench.endpoints.received.map { $0.header("webhook-id") })
        #expect(names.count == 1)
    }

    @Test("are sent nothing twice while the store does not answer, and all of it afterwards") func storeAway()
        async throws
    {
        let away = Mutex<SwitchableDatabase?>(nil)
        let bench = try await WebhookBench(
            ScriptedEndpoints { _, count in
                // It goes away between the endpoint's answer and its record.
                if count == 0 { away.withLock { $0 }?.turn(on: false) }
                return .taken(status: 200)
            })
        away.withLock { $0 = bench.store }
        let owner = try await bench.books.owner()
        let new = try await bench.webhook(of: owner)
        for _ in 0..<3 { try await bench.fail(for: owner) }
        let start = bench.clock.date
        try await bench.deliver {
            if bench.clock.date.since(start) > .seconds(60) { bench.store.turn(on: true) }
            return try await bench.all(new, are: .delivered, count: 3)
        }
        #expect(bench.endpoints.received.count == 3)
    }

    @Test("of two gateways on one store get each message from one of them") func twoGateways() async throws {
        let bench = try await WebhookBench(isShared: true)
        let owner = try await bench.books.owner()
        let hooks = [
            try await bench.webhook("https://a.example/", of: owner),
            try await bench.webhook("https://b.example/", of: owner),
        ]
        for _ in 0..<40 { try await bench.fail(for: owner) }
        let gateways = [
            try await bench.dispatcher(as: ProcessID(stored: "one")),
            try await bench.dispatcher(as: ProcessID(stored: "two")),
        ]
        try await bench.deliver(with: gateways) {
            for hook in hooks where try await !bench.all(hook, are: .delivered, count: 40) { return false }
            return true
        }
        #expect(bench.endpoints.received.count == 80)
    }

    @Test("are told by the next run what the run before left, also in the middle of a turn") func restart() async throws
    {
        let bench = try await WebhookBench()
        let owner = try await bench.books.owner()
        let new = try await bench.webhook(of: owner)
        for _ in 0..<3 { try await bench.fail(for: owner) }
        let before = ProcessID(stored: "before")
        try await bench.books.store.register(before, alone: false, at: bench.clock.date)
        // It has claimed the webhook and sent something, and is killed before it can say so.
        let claimed = try await bench.books.store.claimWebhook(
            new.webhook.id, by: before, limit: 10, at: bench.clock.date)
        #expect(claimed?.due.count == 3)
        try await bench.books.store.register(.next, alone: true, at: bench.clock.date)
        try await bench.deliver { try await bench.all(new, are: .delivered, count: 3) }
        #expect(bench.endpoints.received.count == 3)
    }

    @Test("that are deleted while something is under way get no more") func deletedMeanwhile() async throws {
        let act = Mutex<(@Sendable () async throws -> Void)?>(nil)
        let bench = try await WebhookBench(
            ScriptedEndpoints { _, count in
                if count == 1 { try? await act.withLock { $0 }?() }
                return .taken(status: 200)
            })
        let owner = try await bench.books.owner()
        let new = try await bench.webhook(of: owner)
        for _ in 0..<5 { try await bench.fail(for: owner) }
        let manage = bench.manage
        act.withLock {
            $0 = { try await manage.delete(new.webhook.id, of: owner.team, by: StoreFixture.actor, from: .none) }
        }
        let store = bench.books.store
        try await bench.deliver {
            let due = try await store.dueWebhooks(for: .next, at: bench.clock.date, limit: 10)
            return bench.endpoints.received.count >= 2 && due.isEmpty
        }
        #expect(bench.endpoints.received.count == 2)
        await #expect(throws: Refusal.notFound) { try await bench.deliveries(new) }
    }

    @Test("whose attempt is under way at a stop get a moment to answer, and are sent it again later if they do not")
    func stopped() async throws {
        let isStopped = Mutex(false)
        let bench = try await WebhookBench(
            ScriptedEndpoints { request, count in
                guard !request.url.contains("slow") || count > 0 else { return await ScriptedEndpoints.hang() }
                if request.url.contains("late") {
                    while !isStopped.withLock({ $0 }) { await Task.yield() }
                    for _ in 0..<100 { await Task.yield() }
                }
                return .taken(status: 200)
            })
        let owner = try await bench.books.owner()
        let slow = try await bench.webhook("https://slow.example/", of: owner)
        let late = try await bench.webhook("https://late.example/", of: owner)
        try await bench.fail(for: owner)
        try await bench.deliver {
            let isUnderWay = bench.endpoints.received.count == 2
            if isUnderWay { isStopped.withLock { $0 = true } }
            return isUnderWay
        }
        #expect(try await bench.all(late, are: .delivered, count: 1))
        let interrupted = try #require(try await bench.deliveries(slow).first)
        #expect(interrupted.state == .pending)
        #expect(interrupted.attempts == 0)
        try await bench.deliver { try await bench.all(slow, are: .delivered, count: 1) }
    }
}

@Suite("A team's webhooks") struct ManageWebhooksTests {
    @Test("lead only where the rules allow, and the refusal names the rule") func rules() async throws {
        let bench = try await WebhookBench()
        let owner = try await bench.books.owner()
        await #expect(throws: Refusal.invalidRequest(field: "url", rule: "must be https")) {
            try await bench.webhook("http://one.example/", of: owner)
        }
        for _ in 0..<20 { _ = try await bench.webhook(of: owner) }
        await #expect(
            throws: Refusal.invalidRequest(field: "url", rule: "is one too many: a team has at most 20 webhooks")
        ) { try await bench.webhook(of: owner) }
    }

    @Test("keep their secrets sealed: the store holds nothing of them") func sealed() async throws {
        let bench = try await WebhookBench()
        let owner = try await bench.books.owner()
        let new = try await bench.webhook(of: owner)
        let claimed = try await bench.books.store.claimWebhook(
            new.webhook.id, by: .next, limit: 1, at: bench.clock.date)
        let sealed = try #require(claimed?.sealedSecret)
        let text = new.secret.reveal()
        #expect(!String(decoding: sealed, as: UTF8.self).contains(text.dropFirst(6)))
        let raw = try #require(Data(base64Encoded: String(text.dropFirst(6))))
        #expect(Data(sealed).range(of: raw) == nil)
    }
}
