import GatewayCore
import GatewayFlow

/// What clients are told, held against the store at the very instant, and against what they were told before.
final class ReplyCheck: WorldBound, @unchecked Sendable {
    private struct KeyName: Hashable {
        let team: String
        let key: String
    }

    private struct Told: Equatable {
        let job: String
        let answer: String
    }

    private unowned let world: World
    /// The first final answer of each key.
    private var told: [KeyName: Told] = [:]
    /// The latest date that any gateway can have seen, in Unix microseconds.
    private var latestDate: Int64 = .min

    init(in world: World) { self.world = world }

    /// The gateway lets this answer go.
    func leaving(_ end: OrderEnd, _ number: Int) {
        let call = world.calls[number]
        switch end.answer {
        case .success(let body): checkSuccess(end, body, call)
        case .failure(let refusal): check(refusal, end, call)
        }
        checkOrigin(end, call)
    }

    /// I9: whoever hears of success can rely on it.
    private func checkSuccess(_ end: OrderEnd, _ body: String, _ call: Calls.Call) {
        world.coverage.count(end.isReplay ? "answer: replayed" : "answer: accepted")
        guard let job = end.job?.text, let stored = world.watch[job] else {
            return world.violate("I9: no 2xx before its commit", "call \(call.number): \(end)")
        }
        if !["accepted", "completed", "failed"].contains(stored.state) || stored.answerText != body {
            world.violate("I9: no 2xx before its commit", "\(job) is \(stored.state), call \(call.number)")
        }
        remember(Told(job: job, answer: body), call)
    }

    private func check(_ refusal: Refusal, _ end: OrderEnd, _ call: Calls.Call) {
        world.coverage.count("answer: \(refusal.kind)")
        switch refusal {
        case .outcomeUnknown(let job):
            // Whoever has waited too long is told so even if nothing is on record yet, as after a stop of the process.
            let hasWaited = world.time.elapsed - call.begun >= world.plan.answerWithin.microseconds
            if world.watch[job.text] == nil, !hasWaited { world.violate("P3: an unknown order has its hold", job.text) }
        case .rejectedUpstream(let job, let status, let detail):
            if world.watch.state(of: job.text) != "refused" {
                world.violate("P3: no refusal of Vinci's before its commit", job.text)
            }
            remember(Told(job: job.text, answer: "\(status) \(detail)"), call)
        default: break
        }
    }

    /// An answer is the order's own, or says that it is an earlier one's.
    private func checkOrigin(_ end: OrderEnd, _ call: Calls.Call) {
        guard let job = end.job?.text, let own = world.calls.call(of: job) else { return }
        if case .failure(.idempotencyInProgress) = end.answer { return }
        if (own.number == call.number) == end.isReplay {
            world.violate("§4: a replayed answer says so", "call \(call.number), job of call \(own.number)")
        }
    }

    private func remember(_ answer: Told, _ call: Calls.Call) {
        guard let key = call.key else { return }
        let name = KeyName(team: call.customer.team.text, key: key)
        if let before = told[name], before != answer, !mayBeForgotten(key, of: call.customer.team) {
            world.violate("§4: a key replays the same answer", "\(key): \(before), now \(answer)")
        }
        told[name] = answer
    }

    /// Calendars were moved.
    func noteDate() { latestDate = max(latestDate, world.time.date.microseconds + World.skewMax) }

    /// Whether a gateway may have thought that a day has passed since the key was first used.
    func mayBeForgotten(_ key: String, of team: TeamID) -> Bool {
        noteDate()
        let placed = world.watch.jobs.compactMap { job -> Int64? in
            guard job.team == team.text, world.calls.call(of: job.id)?.key == key else { return nil }
            return job.hold?.placed
        }
        return placed.contains { latestDate - $0 >= 86_400_000_000 }
    }
}

extension Refusal {
    /// Its name alone.
    var kind: String {
        let text = "\(self)"
        return String(text.prefix { $0 != "(" })
    }
}
