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
            for number in 0..<apps {
                tasks.addTask {
                    var app = LoadApp(load: self, dice: seed.dice(number + log.count))
                    while !isOver.isSet { await app.goOn() }
                    await app.finish()
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
}

/// One of the apps.
private struct LoadApp: Sendable {
    private static let patience = Duration.seconds(180)

    let load: Load
    var dice: SeededRandom
    /// Orders that have no answer yet: it goes on with others meanwhile.
    private var unanswered: [ChaosOrder] = []

    init(load: Load, dice: SeededRandom) {
        self.load = load
        self.dice = dice
    }

    /// Orders something, or asks again for what it was cut off from.
    mutating func goOn() async {
        let pause = load.pause * Double.random(in: 0...1, using: &dice)
        if pause > .zero { try? await Task.sleep(for: pause) }
        if !unanswered.isEmpty, dice.chance(40) { return await repeatOne() }
        await ask(for: load.log.begin { load.crowd.order($0, using: &dice) })
    }

    /// Brings all of its orders to an answer.
    mutating func finish() async {
        let end = ContinuousClock.now.advanced(by: Self.patience)
        while !unanswered.isEmpty, !Task.isCancelled, ContinuousClock.now < end { await repeatOne() }
        guard !Task.isCancelled else { return }
        for order in unanswered {
            let told = load.log.entries[order.number].told
            load.log.complain("order \(order.number) never got an answer: \(told.count) times, last \(told.suffix(3))")
        }
    }

    private mutating func repeatOne() async {
        // An app's pause between two tries.
        try? await Task.sleep(for: .milliseconds(Int.random(in: 10...60, using: &dice)))
        await ask(for: unanswered.remove(at: Int.random(in: unanswered.indices, using: &dice)))
    }

    private mutating func ask(for order: ChaosOrder) async {
        guard let app = await someDoor(of: order.team) else { return unanswered.append(order) }
        let told: Told
        do {
            told = Told(try await order.send(to: app))
        } catch {
            told = .cut
        }
        load.log.note(told, of: order)
        if told.asksForAnotherTry { unanswered.append(order) }
        if case .accepted(let id) = told, dice.chance(50) { await follow(id, of: order) }
    }

    /// Whoever was told "accepted" finds the job, also when the gateway died in between.
    private mutating func follow(_ id: String, of order: ChaosOrder) async {
        guard let answer = try? await someDoor(of: order.team)?.status(id), answer.status == 404 else { return }
        load.log.complain("\(id) was accepted, and is not found: \(answer.text)")
    }

    private mutating func someDoor(of team: String) async -> WebClient? {
        await load.doors.any(using: &dice)?.with(token: load.crowd.token(of: team, using: &dice))
    }
}

/// Set once, seen by all.
final class OverSign: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}
