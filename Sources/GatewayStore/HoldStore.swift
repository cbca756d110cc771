import GatewayCore
import SQLDatabase

// Taking money, and resolving it once. The rows of owner_spend come first in both, in the order of BudgetOwner.all: they
// put admissions, settlements and changes of budgets of one owner in an order on every engine.

extension SQLConnection {
    /// Counts one more hold for each of them.
    func addHeld(_ amount: MicroUSD, to owners: [BudgetOwner]) throws(SQLFailure) {
        try add(amount, holds: 1, to: owners)
    }

    /// Makes others that change the owner's money wait for this transaction.
    func lock(_ owner: BudgetOwner) throws(SQLFailure) { try add(.zero, holds: 0, to: [owner]) }

    private func add(_ amount: MicroUSD, holds: Int, to owners: [BudgetOwner]) throws(SQLFailure) {
        for owner in owners {
            try execute(
                """
                INSERT INTO owner_spend (owner_kind, owner_id, captured_micro_usd, held_micro_usd, open_holds)
                VALUES ($1, $2, 0, $3, $4)
                ON CONFLICT (owner_kind, owner_id)
                DO UPDATE SET held_micro_usd = owner_spend.held_micro_usd + excluded.held_micro_usd,
                    open_holds = owner_spend.open_holds + excluded.open_holds
                """, owner.columns + [SQLValue(amount), SQLValue(holds)])
        }
    }

    /// Adds the amount to every budget that applies.
    /// - Returns: the binding budget when the amount does not fit all of them; the transaction is then to be rolled back.
    func takeFromBudgets(
        _ amount: MicroUSD, of owner: JobOwner, at now: Timestamp
    ) throws(SQLFailure) -> BudgetShortage? {
        let budgets = try budgets(of: BudgetOwner.all(of: owner))
        for (index, budget) in budgets.enumerated() {
            guard try !take(amount, from: budget, of: owner.team, at: now) else { continue }
            // For the figures that the refusal tells.
            for taken in budgets.prefix(index) {
                try moveWindow(of: taken, of: owner.team, placed: now, held: amount, charged: .zero, at: now)
            }
            return try shortage(of: budgets, required: amount, at: now)
        }
        return nil
    }

    private func shortage(
        of budgets: [Budget], required amount: MicroUSD, at now: Timestamp
    ) throws(SQLFailure) -> BudgetShortage? {
        let statuses = try statuses(of: budgets, at: now)
        // Room may have come free since the update found none; the tightest budget is then still the one to name.
        let binding = statuses.filter { !$0.admits(amount) }.binding ?? statuses.binding
        return binding.map { BudgetShortage($0, required: amount) }
    }

    /// Writes how a hold ended and moves its money from held to captured, in the periods in which it was placed.
    func resolveHold(
        of job: JobID, _ resolution: HoldResolution, at now: Timestamp
    ) throws(SQLFailure) {
        guard
            let hold = try row(
                "SELECT team_id, key_id, amount_micro_usd, placed_us FROM hold WHERE job_id = $1", [SQLValue(job)])
        else { throw .unexpectedRow("job \(job) has no hold") }
        let owner = JobOwner(
            team: TeamID(stored: try hold.text("team_id")), token: KeyID(stored: try hold.text("key_id")))
        let amount = try hold.amount("amount_micro_usd")
        let placed = try hold.instant("placed_us")

        try moveSpend(of: BudgetOwner.all(of: owner), held: amount, charged: resolution.charged)
        for budget in try budgets(of: BudgetOwner.all(of: owner)) {
            try moveWindow(
                of: budget, of: owner.team, placed: placed, held: amount, charged: resolution.charged, at: now)
        }
        // The primary key makes a second resolution fail, whoever tries it.
        try execute(
            """
            INSERT INTO hold_resolution (job_id, kind, charged_micro_usd, to_verify, at_us)
            VALUES ($1, $2, $3, $4, $5)
            """,
            [
                SQLValue(job), .text(resolution.kind.rawValue), SQLValue(resolution.charged),
                SQLValue(resolution.isToVerify), SQLValue(now),
            ])
    }

    private func moveSpend(of owners: [BudgetOwner], held: MicroUSD, charged: MicroUSD) throws(SQLFailure) {
        for owner in owners {
            let changed = try execute(
                """
                UPDATE owner_spend SET held_micro_usd = held_micro_usd - $3,
                    captured_micro_usd = captured_micro_usd + $4, open_holds = open_holds - 1
                WHERE owner_kind = $1 AND owner_id = $2
                """, owner.columns + [SQLValue(held), SQLValue(charged)])
            guard changed == 1 else { throw .unexpectedRow("\(owner) has no spend") }
        }
    }
}

extension BudgetOwner {
    /// `$1` and `$2` of every statement about an owner.
    var columns: [SQLValue] { [.text(kind.rawValue), .text(id)] }
}

extension Budget {
    /// `$1` to `$3` of every statement about a budget.
    var columns: [SQLValue] { owner.columns + [.text(period.rawValue)] }
}
