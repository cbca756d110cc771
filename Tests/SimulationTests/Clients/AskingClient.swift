import GatewayCore
import GatewayFlow
import VinciAPI

/// A client that orders nothing: it asks what an order would cost, and what the team has spent.
struct AskingClient {
    let world: World
    let customer: Customer

    func ask(after delay: Int64) async {
        await world.sleep(delay)
        guard let host = world.anyHost() else { return }
        let head = RequestHead(bearer: customer.text.reveal(), origin: .none, source: .none)
        let team = customer.team.text
        let asksForQuote = world.clientDice.chance(50)
        _ = await host.call(leaving: { [world] in if let spent = $0 { check(spent, of: team, in: world) } }) {
            parts -> Int64? in
            do {
                guard asksForQuote else {
                    let paced = try await parts.checks.pass(head, for: .readBilling)
                    let reply = try await parts.billing.balance(paced)
                    return try MicroUSD(reply.totalSpentUSD).count
                }
                let paced = try await parts.checks.pass(head, for: .quote)
                _ = try await parts.quote(paced, seconds: 5)
                return nil
            } catch {
                return nil
            }
        }
        world.coverage.count("questions")
    }

    /// Nobody has spent more than all of the team's orders have cost until now.
    private func check(_ spent: Int64, of team: String, in world: World) {
        let captured = world.watch.jobs.filter { $0.team == team }.reduce(0) { $0 + ($1.resolution?.charged ?? 0) }
        if spent > captured {
            world.violate("I2: a team has spent what was captured", "\(team): \(spent), \(captured)")
        }
    }
}
