import GatewayCore
import GatewayFlow
import GatewayTesting

/// The customers of a world.
struct Cast: Sendable {
    var customers: [Customer] = []
    var teams: [TeamID] = []

    func anyone(_ dice: Dice) -> Customer { dice.pick(customers) }

    /// Who may have a budget.
    var owners: [BudgetOwner] {
        [.organization] + teams.map { .team($0) } + customers.map { .token($0.token) }
    }
}

/// Teams, tokens and first budgets, made by an administrator before anything goes wrong.
struct Setting {
    let world: World

    /// Nil when something could not be made.
    func build() async -> Cast? {
        world.vinci.isHealed = true
        await world.rest()
        var cast = Cast()
        let dice = world.planDice
        for number in 0..<dice.between(1, 2) {
            guard let team = await makeTeam("team-\(number)") else { return nil }
            cast.teams.append(team)
            for _ in 0..<dice.between(1, 2) {
                guard let customer = await issueToken(of: team) else { return nil }
                cast.customers.append(customer)
            }
        }
        for owner in cast.owners where dice.chance(40) {
            let budget = Budget.drawn(for: owner, dice)
            await Administrator(world: world).perform(.setBudget(budget), after: 0)
        }
        return cast
    }

    private func makeTeam(_ name: String) async -> TeamID? {
        let team = Team(
            id: TeamID(stored: name), name: name, state: .active, requestsPerMinute: nil, openJobsMax: nil,
            allowedOrigins: [], createdAt: .testStart)
        return await made { parts, permit in try await parts.teams.create(team, permit).id }
    }

    private func issueToken(of team: TeamID) async -> Customer? {
        let perMinute = world.planDice.pick([3, 20, 100, 100])
        let request = TokenRequest(
            name: "app", scopes: Scope.appDefault, requestsPerMinute: perMinute, readsPerMinute: 100)
        return await made { parts, permit in
            let issued = try await parts.tokens.issue(request, for: team, by: permit.actor, from: .none)
            return Customer(team: team, token: issued.token.keyID, text: issued.text)
        }
    }

    private func made<Value: Sendable>(
        _ work: @escaping @Sendable (GatewayParts, AdminPermit) async throws -> Value
    ) async -> Value? {
        let head = RequestHead(bearer: World.adminText.reveal(), origin: .none, source: .none)
        let end = await world.hosts[0].call { parts -> Value? in
            try? await work(parts, try parts.adminChecks.pass(head, for: .manageTeams))
        }
        return end.reply ?? nil
    }
}

extension Budget {
    /// Some orders fit, seldom all.
    static func drawn(for owner: BudgetOwner, _ dice: Dice) -> Budget {
        Budget(
            owner: owner, period: dice.pick(BudgetPeriod.allCases),
            limit: .cents(dice.chance(70) ? dice.between(40, 300) : dice.between(0, 1000)),
            zone: .named(dice.pick(WorldPlan.zones)))
    }
}
