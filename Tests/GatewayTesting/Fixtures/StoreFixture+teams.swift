package import GatewayCore
import GatewayStore

extension StoreFixture {
    package static let actor = Actor.gateway("test")

    /// Makes the team if there is none of that name.
    @discardableResult
    package func team(
        _ name: String = "marketing", openJobsMax: Int? = nil, at now: Timestamp = .testStart
    ) async throws -> TeamID {
        let id = TeamID(stored: name)
        _ = try await store.create(
            .sample(id, openJobsMax: openJobsMax, at: now), by: StoreFixture.actor, from: .none)
        return id
    }

    /// A new token of the team; its stored hash is random.
    package func token(of team: TeamID, at now: Timestamp = .testStart) async throws -> KeyID {
        let id = newKeyID()
        guard
            try await store.issue(
                .sample(id, of: team, at: now), secretHash: newHash(), by: StoreFixture.actor, from: .none)
        else { throw ContractViolation(description: "no token could be issued for \(team)") }
        return id
    }

    /// A new token of a team, which is made if there is none of that name: who orders.
    package func owner(_ team: String = "marketing", at now: Timestamp = .testStart) async throws -> JobOwner {
        let team = try await self.team(team, at: now)
        return JobOwner(team: team, token: try await token(of: team, at: now))
    }

    /// Sets a budget.
    package func limit(
        _ owner: BudgetOwner, _ limit: MicroUSD, per period: BudgetPeriod, in zone: BudgetZone = .utc,
        alerts: [Int] = [], at now: Timestamp = .testStart
    ) async throws {
        let budget = Budget(owner: owner, period: period, limit: limit, zone: zone, alertPercents: alerts)
        guard try await store.set(budget, by: StoreFixture.actor, from: .none, at: now) else {
            throw ContractViolation(description: "\(budget.source) could not be set")
        }
    }

    /// The figures of one budget.
    package func status(
        _ owner: BudgetOwner, per period: BudgetPeriod, at now: Timestamp = .testStart
    ) async throws -> BudgetStatus {
        let statuses = try await store.budgetStatuses(at: now)
        guard let found = statuses.first(where: { $0.budget.owner == owner && $0.budget.period == period }) else {
            throw ContractViolation(description: "there is no budget \(owner)/\(period.rawValue)")
        }
        return found
    }

    package func newKeyID() -> KeyID { drawn { KeyID(using: &$0) } }
    package func newAdminTokenID() -> AdminTokenID { drawn { AdminTokenID(using: &$0) } }
    package func newJobID(at now: Timestamp = .testStart) -> JobID { drawn { JobID(at: now, using: &$0) } }
    package func newHash() -> [UInt8] {
        drawn { random in (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) } }
    }
}
