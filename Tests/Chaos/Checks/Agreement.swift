import Foundation
import GatewayAcceptance
import GatewayTesting
import NIOHTTP1
import Testing

/// What is changed through one gateway holds at all of them within a second.
struct Agreement: Sendable {
    private static let delayMax = Duration.seconds(1)

    let fleet: Fleet
    let world: ChaosWorld

    /// - rounds: tokens revoked, and budgets changed twice.
    func check(rounds: Int) async throws {
        let gateways = await fleet.alive
        let first = gateways[0].administration
        let revoked = Distribution()
        let opened = Distribution()
        let closed = Distribution()
        for round in 0..<rounds {
            // Each gateway has its turn as the one through which it is changed.
            let office = gateways[round % gateways.count].administration
            let team = "agreed-\(round)"
            try await first.makeTeam(team)
            try await first.setBudget("team/\(team)", "total", "0")
            let house = try await first.issueToken(team)
            // A rate that is used up, or a Vinci out of reach, says nothing about budget and token.
            let isAccepted: @Sendable (Int) -> Bool = { [200, 504].contains($0) }
            _ = try await wait(for: house, at: gateways, to: { $0 == 402 }, insteadOf: { $0 == 401 })

            try await office.setBudget("team/\(team)", "total", "50")
            opened.add(try await wait(for: house, at: gateways, to: isAccepted, insteadOf: { $0 == 402 }))
            try await office.setBudget("team/\(team)", "total", "0")
            closed.add(try await wait(for: house, at: gateways, to: { $0 == 402 }, insteadOf: isAccepted))
            try await office.demand(204, .DELETE, "/admin/v1/tokens/\(house.keyID)")
            revoked.add(try await wait(for: house, at: gateways, to: { $0 == 401 }, insteadOf: { $0 != 401 }))
        }
        for (what, times) in [("revoked", revoked), ("raised", opened), ("lowered", closed)] {
            #expect(times.percentile(100) < Self.delayMax || Machine.isBusy, "\(what): \(times.summary) \(world.seed)")
            print("chaos: \(what) through one, seen by all three, \(times.count) times: \(times.summary)")
        }
    }

    /// Asks all gateways at once, again and again, until the answer is as wanted.
    /// - Returns: how long after the beginning the last order was asked for that was answered in the old way.
    private func wait(
        for house: Household, at gateways: [GatewayProcess], to isNew: @escaping @Sendable (Int) -> Bool,
        insteadOf isOld: @escaping @Sendable (Int) -> Bool
    ) async throws -> Duration {
        let start = ContinuousClock.now
        let doors = gateways.map(\.door)
        let delays = try await simultaneously(doors.count) { number in
            let app = doors[number].with(token: house.app.token)
            var last = Duration.zero
            while true {
                let asked = ContinuousClock.now - start
                let answer = try await app.order("agreed", headers: ["X-Allow-Duplicate": "true"])
                if isNew(answer.status) { return last }
                if isOld(answer.status) { last = asked }
                guard asked < .seconds(20) else { throw NeverAgreed(answer: answer.wire) }
            }
        }
        return delays.max() ?? .zero
    }
}

struct NeverAgreed: Error {
    let answer: String
}
