import GatewayAcceptance
import GatewayTesting
import Synchronization

/// Apps that order one video after the other, ask what became of it, and ask again under the same key when they were cut
/// off.
struct Load: Sendable {
    let crowd: Crowd
    let doors: Doors
    let log: OrderLog
    let seed: ChaosSeed
    var apps = 12
    /// Between two orders of an app, at most.
    var pause = Duration.zero

    /// Orders go on for as long as `body` runs; then each app brings its last order to an end, for which a gateway must be
    /// up.
    func run<Value: Sendable>(while body: () async throws -> Value) async throws -> Value {
        let isOver = OverSign()
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            for app in 0..<apps {
                tasks.addTask {
                    var dice = seed.dice(app + log.count)
                    while !isOver.isSet { await orderOne(using: &dice) }
                }
            }
            let value: Value
            do {
                value = try await body()
            } catch {
                tasks.cancelAll()
                isOver.set()
                // Whoever waits for a gateway must not wait for ever.
                doors.giveUp()
                throw error
            }
            isOver.set()
            try await tasks.waitForAll()
            return value
        }
    }

    private func orderOne(using dice: inout SeededRandom) async {
        if pause > .zero { try? await Task.sleep(for: pause * Double.random(in: 0...1, using: &dice)) }
        let order = log.begin { crowd.order($0, using: &dice) }
        var told = await attempt(order, using: &dice)
        var tries = 1
        while told.asksForAnotherTry, !Task.isCancelled, tries < 200 {
            // An app's pause between two tries.
            try? await Task.sleep(for: .milliseconds(Int.random(in: 10...60, using: &dice)))
            told = await attempt(order, using: &dice)
            tries += 1
        }
        if told.asksForAnotherTry, !Task.isCancelled { log.complain("order \(order.number) never got an answer") }
        if case .accepted(let id) = told, dice.chance(50) { await follow(id, of: order, using: &dice) }
    }

    /// One try at any gateway; what was told is in the log.
    private func attempt(_ order: ChaosOrder, using dice: inout SeededRandom) async -> Told {
        guard let door = await doors.any(using: &dice) else { return .cut }
        let told: Told
        do {
            told = Told(try await order.send(to: door.with(token: crowd.token(of: order.team, using: &dice))))
        } catch {
            told = .cut
        }
        log.note(told, of: order)
        return told
    }

    /// Whoever was told "accepted" finds the job, also when the gateway died in between.
    private func follow(_ id: String, of order: ChaosOrder, using dice: inout SeededRandom) async {
        guard let door = await doors.any(using: &dice) else { return }
        let app = door.with(token: crowd.token(of: order.team, using: &dice))
        guard let answer = try? await app.status(id) else { return }
        if answer.status == 404 { log.complain("\(id) was accepted, and is not found: \(answer.text)") }
    }
}

/// Set once, seen by all.
final class OverSign: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}
