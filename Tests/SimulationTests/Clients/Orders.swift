import GatewayCore
import GatewayFlow
import VinciAPI

/// What a client wants, and how it goes about it.
struct OrderIntent {
    /// Microseconds after the act has begun.
    let delay: Int64
    let customer: Customer
    let prompt: String
    let seconds: Int
    let key: String?
    let allowsDuplicate: Bool
    /// Microseconds until it hangs up; nil: never.
    let patience: Int64?
    let retries: Int
    let retryPause: Int64
    /// Another video under the same key, by mistake.
    let changesFields: Bool
    let readsStatus: Bool
}

/// A client with one order: sends it, tries again, looks after it.
struct OrderingClient {
    let world: World
    let intent: OrderIntent

    private var dice: Dice { world.clientDice }

    func run() async {
        await world.sleep(intent.delay)
        var job: String?
        for attempt in 0...intent.retries {
            let end = await order(attempt)
            if let end, case .success = end.answer { job = end.job?.text }
            // Some retry although they have got what they wanted.
            if job != nil, attempt >= 1 || !dice.chance(30) { break }
            await world.sleep(intent.retryPause)
        }
        if let job, intent.readsStatus { await look(at: job) }
    }

    private func order(_ attempt: Int) async -> OrderEnd? {
        guard let host = world.anyHost(), let life = host.serving else { return nil }
        let prompt = intent.changesFields && attempt > 0 ? intent.prompt + "!" : intent.prompt
        let number = world.calls.begin(
            intent.customer, key: intent.key, prompt: prompt, seconds: intent.seconds,
            allowsDuplicate: intent.allowsDuplicate, at: life.owner)
        world.trace.note(
            "order",
            "call \(number) \(prompt) \(intent.customer.token) key \(intent.key ?? "–") to \(life.process)")
        let request = VideoRequest.text(TextToVideoRequest(prompt: prompt, durationSeconds: intent.seconds))
        let options = OrderOptions(idempotencyKey: intent.key, allowsDuplicate: intent.allowsDuplicate)
        let head = RequestHead(bearer: intent.customer.text.reveal(), origin: .none, source: .none)
        let end = await host.call(
            tag: number, patience: intent.patience, leaving: { [world] in world.replies.leaving($0, number) }
        ) { [world, intent] parts in
            do throws(HeadRefusal) {
                let isTaken = world.access.isTaken(from: intent.customer, at: life)
                let paced = try await parts.checks.pass(head, for: .orderText)
                if isTaken { world.violate("P6: what was taken back is gone", "call \(number)") }
                return await parts.submit(paced, request, options, from: .none)
            } catch {
                return OrderEnd(job: nil, answer: .failure(error.refusal))
            }
        }
        world.trace.note("answer", "call \(number) \(end.told)")
        return end.reply
    }

    /// Looks until it is done, or until nobody answers.
    private func look(at job: String) async {
        let head = RequestHead(bearer: intent.customer.text.reveal(), origin: .none, source: .none)
        for _ in 0..<dice.between(1, 4) {
            await world.sleep(dice.between(500_000, 12_000_000))
            guard let host = world.anyHost() else { continue }
            let wait: Duration? = dice.chance(30) ? .seconds(20) : nil
            let end = await host.call(patience: dice.chance(20) ? 3_000_000 : nil) { parts -> StatusDesk.Answer? in
                do {
                    let paced = try await parts.checks.pass(head, for: .readStatus)
                    return try await parts.readStatus(paced, job, wait: wait, from: .none)
                } catch {
                    return nil
                }
            }
            guard let answer = end.reply ?? nil else { continue }
            world.coverage.count("status read")
            check(answer.status, of: job)
            if answer.status.isEnded { return }
        }
    }

    /// Nobody is told of an end that is not on record, nor of a wrong one.
    private func check(_ status: JobStatus, of job: String) {
        let stored = world.watch[job]
        switch status.phase {
        case .pending, .processing: break
        case .completed(let result):
            if stored?.state != "completed" || stored?.resolution?.charged != result.cost.count {
                world.violate("I9: no end is told before its commit", job)
            }
        case .failed:
            if stored?.hasEnded != true { world.violate("I9: no end is told before its commit", job) }
        }
    }
}

extension CallEnd<OrderEnd> {
    fileprivate var told: String {
        switch self {
        case .answered(let end):
            switch end.answer {
            case .success: "\(end.job?.text ?? "–") accepted\(end.isReplay ? " (replayed)" : "")"
            case .failure(let refusal): "\(end.job?.text ?? "–") \(refusal.kind)\(end.isReplay ? " (replayed)" : "")"
            }
        case .refused: "refused"
        case .reset: "reset"
        case .hungUp: "hung up"
        }
    }
}
