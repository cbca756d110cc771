import GatewayCore
import GatewayFlow

/// Something that an administrator does during an act.
enum AdminAct {
    case setBudget(Budget)
    case removeBudget(BudgetOwner, BudgetPeriod)
    /// Suspends it, and lifts that after so many microseconds.
    case suspend(TeamID, Int64)
    case revoke(Customer)
    case capOpenJobs(TeamID, Int?)
}

/// An administrator at the admin port.
struct Administrator {
    let world: World

    func perform(_ act: AdminAct, after delay: Int64) async {
        await world.sleep(delay)
        switch act {
        case .setBudget(let budget):
            await call("set \(budget.source) to \(budget.limit)") { parts, permit in
                _ = try await parts.teams.set(budget, permit)
            }
        case .removeBudget(let owner, let period):
            await call("remove \(owner)/\(period.rawValue)") { parts, permit in
                try await parts.teams.removeBudget(of: owner, per: period, permit)
            }
        case .suspend(let team, let length): await suspend(team, for: length)
        case .revoke(let customer): await revoke(customer)
        case .capOpenJobs(let team, let cap):
            await call("open jobs of \(team): \(cap.map(String.init) ?? "any")") { parts, permit in
                _ = try await parts.teams.change(team, permit) { $0.openJobsMax = cap }
            }
        }
    }

    private func suspend(_ team: TeamID, for length: Int64) async {
        // Of two that overlap nobody could say which the store took last.
        guard world.access.begin(team.text) else { return }
        defer { world.access.end(team.text) }
        let life = await call("suspend \(team)") { parts, permit in
            _ = try await parts.teams.change(team, permit) { $0.state = .suspended }
        }
        if let life { world.access.note(taken: team.text, at: life) }
        await world.sleep(length)
        world.access.note(givenBack: team.text)
        await call("resume \(team)") { parts, permit in
            _ = try await parts.teams.change(team, permit) { $0.state = .active }
        }
    }

    private func revoke(_ customer: Customer) async {
        let life = await call("revoke \(customer.token)") { parts, permit in
            try await parts.tokens.revoke(customer.token, of: nil, by: permit.actor, from: .none)
        }
        if let life { world.access.note(taken: customer.token.text, at: life) }
    }

    /// - Returns: the gateway that said yes; nil when nobody did.
    @discardableResult
    func call(
        _ what: String, _ work: @escaping @Sendable (GatewayParts, AdminPermit) async throws -> Void
    ) async -> GatewayLife? {
        guard let host = world.anyHost(), let life = host.serving else { return nil }
        let head = RequestHead(bearer: World.adminText.reveal(), origin: .none, source: .none)
        let end = await host.call { parts -> Bool in
            do {
                try await work(parts, try parts.adminChecks.pass(head, for: .manageTeams))
                return true
            } catch {
                return false
            }
        }
        let isDone = end.reply == true
        world.trace.note("admin", "\(what): \(isDone ? "done" : "\(end)")")
        world.coverage.count("admin: \(isDone ? "done" : "not done")")
        return isDone ? life : nil
    }
}
