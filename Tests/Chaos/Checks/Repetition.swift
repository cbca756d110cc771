import GatewayAcceptance
import GatewayTesting
import VinciSimulator

/// Asks for orders again under their old keys: each has its old answer, and Vinci gets none of them.
struct Repetition: Sendable {
    let world: ChaosWorld
    let crowd: Crowd
    let door: WebClient

    /// - entries: with a job in the store.
    func faults(of entries: [OrderLog.Entry]) async throws -> [String] {
        let posts = world.simulator.requests.postCount
        let queue = entries
        let lanes = 8
        let found = try await simultaneously(lanes) { lane in
            var dice = world.seed.dice(lane)
            var faults: [String] = []
            for index in stride(from: lane, to: queue.count, by: lanes) {
                if let fault = try await fault(of: queue[index], using: &dice) { faults.append(fault) }
            }
            return faults
        }
        let sent = world.simulator.requests.postCount - posts
        return found.flatMap { $0 }
            + (sent == 0 ? [] : ["\(sent) orders were sent again when their keys were repeated"])
    }

    private func fault(of entry: OrderLog.Entry, using dice: inout SeededRandom) async throws -> String? {
        var answer = try await ask(entry, using: &dice)
        // Many keys through few tokens: another token has places left.
        for _ in 0..<20 where answer.code == "rate_limited" { answer = try await ask(entry, using: &dice) }
        if answer.code == "rate_limited" { return nil }
        guard answer.header("Idempotency-Replayed") == "true" else {
            return "order \(entry.order.number) was not replayed: \(answer.wire)"
        }
        let told = Told(answer)
        return agrees(told, with: entry) ? nil : "order \(entry.order.number) was told \(entry.told), now \(told)"
    }

    private func ask(_ entry: OrderLog.Entry, using dice: inout SeededRandom) async throws -> WebAnswer {
        try await entry.order.send(to: door.with(token: crowd.token(of: entry.order.team, using: &dice)))
    }

    /// The same as before. What was unknown may have become known since; what was cut off may be anything.
    private func agrees(_ told: Told, with entry: OrderLog.Entry) -> Bool {
        if let id = entry.acceptedID { return told == .accepted(requestID: id) }
        guard let last = entry.told.last, case .refused(_, let code) = last else { return true }
        return told == last || code == "outcome_unknown"
    }
}
