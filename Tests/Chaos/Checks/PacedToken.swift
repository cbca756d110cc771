import Foundation
import GatewayAcceptance
import NIOHTTP1
import Synchronization
import Testing

/// A token of sixty orders a minute, used at all gateways as fast as they refuse.
struct PacedToken: Sendable {
    private static let perMinute = 60

    private let world: ChaosWorld
    private let fleet: Fleet
    private let house: Household
    private let admitted = AdmittedOrders()

    init(in world: ChaosWorld, fleet: Fleet, office: Administration) async throws {
        self.world = world
        self.fleet = fleet
        try await office.makeTeam("paced")
        try await office.setBudget("team/paced", "month", "1000")
        house = try await office.issueToken("paced", #", "rate_limit": \#(Self.perMinute)"#)
    }

    func use(for duration: Duration) async throws {
        let end = ContinuousClock.now.advanced(by: duration)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for app in 0..<3 { tasks.addTask { try await order(app, until: end) } }
            try await tasks.waitForAll()
        }
        let (count, most) = (admitted.count, admitted.mostInAMinute)
        #expect(most <= Self.perMinute, "\(most) orders of a token of \(Self.perMinute) a minute, \(world.seed)")
        #expect(count >= Self.perMinute / 2, "only \(count) were admitted")
        print(
            "chaos: a token of \(Self.perMinute)/min at three gateways: \(count) admitted in \(duration), at most \(most) in a minute"
        )
    }

    private func order(_ app: Int, until end: ContinuousClock.Instant) async throws {
        while ContinuousClock.now < end {
            // The pace of an app that does not heed Retry-After.
            try await Task.sleep(for: .milliseconds(100))
            let doors = await fleet.alive.map(\.door)
            guard let door = doors.randomElement() else { continue }
            let asked = ContinuousClock.now
            let answer = try? await door.with(token: house.app.token)
                .order("paced", headers: ["X-Allow-Duplicate": "true"])
            // Accepted or of unknown outcome: it has passed the rate limit for certain.
            if answer?.status == 200 || answer?.status == 504 { admitted.add(asked, ContinuousClock.now) }
        }
    }
}

/// When orders were admitted: some time between the asking and the answer.
private final class AdmittedOrders: Sendable {
    private let spans = Mutex<[(asked: ContinuousClock.Instant, answered: ContinuousClock.Instant)]>([])

    var count: Int { spans.withLock { $0.count } }

    func add(_ asked: ContinuousClock.Instant, _ answered: ContinuousClock.Instant) {
        spans.withLock { $0.append((asked, answered)) }
    }

    /// The most that lie within one minute for certain, wherever in their spans they were admitted.
    var mostInAMinute: Int {
        let spans = spans.withLock { $0 }
        return spans.map { first in
            let end = first.asked.advanced(by: .seconds(60))
            return spans.count { $0.asked >= first.asked && $0.answered <= end }
        }.max() ?? 0
    }
}
