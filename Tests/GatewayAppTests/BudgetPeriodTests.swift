import Foundation
import GatewayAcceptance
import GatewayCore
import GatewayFlow
import Synchronization
import Testing

/// Goes as the machine's clock does, but from noon, so that no midnight but the test's own falls into the test.
private final class NoonClock: WallClock {
    private let hours = Mutex(0)
    private let began = SystemWallClock().uptime()
    private let noon: Timestamp

    init() {
        let day: Int64 = 86_400_000_000
        noon = Timestamp(microseconds: SystemWallClock().now().microseconds / day * day + day / 2)
    }

    /// From noon to one in the morning.
    func passMidnight() { hours.withLock { $0 += 13 } }
    func uptime() -> Uptime { SystemWallClock().uptime() }

    func now() -> Timestamp {
        noon.adding(uptime().since(began)).adding(.seconds(3600 * hours.withLock { $0 }))
    }
}

@Suite("A day's budget") struct BudgetPeriodTests {
    @Test("is whole again the next day, and yesterday's order is charged to yesterday")
    func nextDay() async throws {
        let clock = NoonClock()
        var settings = RunningGateway.Settings(jobDuration: .seconds(3))
        settings.clock = clock
        try await RunningGateway.run(settings) { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio")
            try await office.setBudget("team/studio", "day", "0.30")
            try await office.setBudget("team/studio", "total", "0.60")
            let house = try await office.issueToken("studio")
            let yesterdays = try await house.app.ordered("yesterday's")
            let refused = try await house.app.order("one too many")
            #expect(refused["limit_source"]?.string == "team:studio/day")

            clock.passMidnight()
            #expect(try await office.budget("studio", "day")["available_usd"]?.decimal == usd("0.30"))
            let todays = try await house.app.ordered("today's")
            let third = try await house.app.order("tomorrow's, perhaps", seconds: 3)
            #expect(third["limit_source"]?.string?.hasPrefix("team:studio/") == true)
            #expect(third.status == 402)

            _ = try await office.job(yesterdays.job, reaches: "completed")
            _ = try await office.job(todays.job, reaches: "completed")
            let day = try await office.budget("studio", "day")
            #expect(day["captured_usd"]?.decimal == usd("0.25"))
            #expect(day["held_usd"]?.decimal == 0)
            #expect(try await office.budget("studio", "total")["captured_usd"]?.decimal == usd("0.5"))
            #expect(try await office.ledgerIsSound())
        }
    }
}
