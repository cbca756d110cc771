import GatewayAcceptance
import GatewayTesting
import VinciAPI

/// The teams of a load, with their tokens.
struct Crowd: Sendable {
    struct Team: Sendable {
        let id: String
        let month: String
        let tokens: Int
        /// Of a hundred orders, so many are this team's.
        let share: Int
    }

    /// Two that are never short of money, one with enough for a while, and one that is refused most of the time.
    static let teams = [
        Team(id: "studio", month: "400000", tokens: 14, share: 45),
        Team(id: "agency", month: "100000", tokens: 14, share: 35),
        Team(id: "school", month: "40", tokens: 4, share: 10),
        Team(id: "poor", month: "2", tokens: 4, share: 10),
    ]

    private let tokens: [String: [String]]

    /// Makes all of them at a gateway, each token with Vinci's highest rate.
    static func settle(at office: Administration) async throws -> Crowd {
        var tokens: [String: [String]] = [:]
        for team in teams {
            try await office.makeTeam(team.id, #", "open_jobs_max": 100000"#)
            try await office.setBudget("team/\(team.id)", "month", team.month)
            for _ in 0..<team.tokens {
                let house = try await office.issueToken(team.id, #", "read_rate_limit": 100000, "rate_limit": 100"#)
                tokens[team.id, default: []].append(house.app.token ?? "")
            }
        }
        return Crowd(tokens: tokens)
    }

    func order(_ number: Int, using dice: inout SeededRandom) -> ChaosOrder {
        ChaosOrder(
            number: number, team: team(at: Int.random(in: 0..<100, using: &dice)),
            kind: dice.chance(10) ? .image : .text, seconds: Int.random(in: 2...8, using: &dice))
    }

    /// Any token of the team: a repetition may come from another device.
    func token(of team: String, using dice: inout SeededRandom) -> String? {
        tokens[team]?.randomElement(using: &dice)
    }

    private func team(at place: Int) -> String {
        var end = 0
        for team in Crowd.teams {
            end += team.share
            if place < end { return team.id }
        }
        return Crowd.teams[0].id
    }
}
