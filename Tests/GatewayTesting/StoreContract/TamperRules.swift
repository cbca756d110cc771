import GatewayCore
import GatewayStore
import SQLDatabase

extension StoreContract {
    /// One change behind the store's back, which `verifyLedger` must find.
    package struct Tampering: Sendable, CustomStringConvertible {
        package let description: String
        /// The invariants that are broken, one of which must be reported.
        let invariants: Set<String>
        let sql: String

        init(_ description: String, _ invariants: Set<String>, _ sql: String) {
            self.description = description
            self.invariants = invariants
            self.sql = sql
        }
    }

    /// - Throws: `ContractViolation` when the change was not found, or was no change.
    package func findsTampering(_ tampering: Tampering) async throws {
        try await withBooks { books in
            let owner = try await books.owner()
            try await books.limit(.team(owner.team), .cents(10_000), per: .day)
            for state in JobState.allCases { _ = try await books.job(in: state, for: owner) }
            _ = try await books.settle(try await books.job(in: .unknown, for: owner), cost: .cents(40))
            try await books.expectSoundLedger()

            let rows = try await books.tamper(tampering.sql)
            try expect(rows >= 1, "\(tampering) changed \(rows) rows")
            let proof = try await books.store.verifyLedger()
            let found = proof.violations.map { "\($0.invariant) \($0.object): \($0.detail)" }
            let isFound = proof.violations.contains { tampering.invariants.contains($0.invariant) }
            try expect(isFound, "\(tampering) was found as \(tampering.invariants.sorted()); found was \(found)")
        }
    }

    package static let tamperings = balanceTamperings + ledgerTamperings + jobTamperings + auditTamperings

    private static let balanceTamperings = [
        Tampering("lowering what a budget has captured", ["I2"], "UPDATE budget_window SET captured_micro_usd = 0"),
        Tampering("lowering what a budget holds", ["I1"], "UPDATE budget_window SET held_micro_usd = 0"),
        Tampering("raising what an owner has captured", ["I2"], "UPDATE owner_spend SET captured_micro_usd = 99000000"),
        Tampering("lowering what an owner holds", ["I1"], "UPDATE owner_spend SET held_micro_usd = 0"),
        Tampering("counting one open hold more", ["I1"], "UPDATE owner_spend SET open_holds = open_holds + 1"),
        Tampering("deleting an owner's figures", ["I1"], "DELETE FROM owner_spend WHERE owner_kind = 'team'"),
        Tampering("deleting a budget", ["I8"], "DELETE FROM budget"),
        Tampering("raising a limit", ["I8"], "UPDATE budget SET limit_micro_usd = limit_micro_usd * 10"),
        Tampering("moving a budget's day", ["I8", "I1"], "UPDATE budget SET time_zone = 'Asia/Tokyo'"),
        Tampering("moving a window off its period", ["I1"], "UPDATE budget_window SET start_us = start_us + 1"),
    ]

    private static let ledgerTamperings = [
        Tampering(
            "a cheaper capture", ["I2"], "UPDATE hold_resolution SET charged_micro_usd = 1 WHERE kind = 'capture'"),
        Tampering(
            "a capture made a release", ["I5"], "UPDATE hold_resolution SET kind = 'release' WHERE kind = 'capture'"),
        Tampering("deleting an end", ["I4"], "DELETE FROM hold_resolution WHERE kind = 'capture'"),
        Tampering(
            "an end for an open hold", ["I4"],
            """
            INSERT INTO hold_resolution (job_id, kind, charged_micro_usd, to_verify, at_us)
            SELECT id, 'release', 0, 0, 1 FROM job WHERE state = 'accepted'
            """),
        Tampering(
            "deleting a hold", ["I5"],
            "DELETE FROM hold WHERE job_id IN (SELECT id FROM job WHERE state = 'unknown')"),
        Tampering(
            "a smaller hold of an open job", ["I1"],
            "UPDATE hold SET amount_micro_usd = 1 WHERE job_id IN (SELECT id FROM job WHERE state = 'unknown')"),
        Tampering(
            "a smaller hold of an ended job", ["I8"],
            "UPDATE hold SET amount_micro_usd = 1 WHERE job_id IN (SELECT id FROM job WHERE state = 'completed')"),
        Tampering("holds moved to another day", ["I5"], "UPDATE hold SET placed_us = placed_us + 86400000000"),
        Tampering("holds moved to another team", ["I5"], "UPDATE hold SET team_id = 'somebody'"),
    ]

    private static let jobTamperings = [
        Tampering("an ended job opened again", ["I4"], "UPDATE job SET state = 'accepted' WHERE state = 'completed'"),
        Tampering("an open job ended", ["I4"], "UPDATE job SET state = 'completed' WHERE state = 'accepted'"),
        Tampering("one end taken for another", ["I8"], "UPDATE job SET state = 'refused' WHERE state = 'cancelled'"),
        Tampering(
            "one open state taken for another", ["I8"], "UPDATE job SET state = 'queued' WHERE state = 'unknown'"),
        Tampering("another cost", ["I5"], "UPDATE job SET cost_micro_usd = 1 WHERE state = 'completed'"),
        Tampering("a cost for a failed job", ["I5"], "UPDATE job SET cost_micro_usd = 1 WHERE state = 'failed'"),
        Tampering(
            "an accepted job without an id", ["I7"], "UPDATE job SET request_id = NULL WHERE state = 'accepted'"),
        Tampering(
            "a success that was never told so", ["I9"],
            "UPDATE job SET answer_text = '{\"request_id\":\"another\"}' WHERE state = 'completed'"),
        Tampering(
            "a success for a lost order", ["I9"], "UPDATE job SET answer_kind = 'accepted' WHERE state = 'unknown'"),
        Tampering("another id", ["I8"], "UPDATE job SET request_id = 'stolen' WHERE state = 'accepted'"),
    ]

    private static let auditTamperings = [
        Tampering("deleting the record of an admission", ["I8"], "DELETE FROM audit WHERE action = 'order.admitted'"),
        Tampering("deleting the record of a loss", ["I8"], "DELETE FROM audit WHERE action = 'order.unknown'"),
        Tampering("deleting the record of an acceptance", ["I8"], "DELETE FROM audit WHERE action = 'order.accepted'"),
        Tampering("deleting the record of an end", ["I8"], "DELETE FROM audit WHERE action = 'job.failed'"),
        Tampering("doubling the records of steps", ["I8"], again(where: "action = 'job.completed'")),
        Tampering("a step that never was", ["I8"], again(as: "job.failed", where: "action = 'job.completed'")),
        Tampering(
            "a dispatch that never was", ["I6", "I8"], again(as: "order.dispatched", where: "action = 'order.accepted'")
        ),
        Tampering(
            "another cost on record", ["I8"], "UPDATE audit SET cost_micro_usd = 1 WHERE action = 'job.completed'"),
        Tampering(
            "another hold on record", ["I8"], "UPDATE audit SET hold_micro_usd = 1 WHERE action = 'order.admitted'"),
        Tampering(
            "an id of Vinci's for two jobs", ["I7"],
            "UPDATE audit SET upstream_request_id = 'same' WHERE action = 'order.accepted'"),
        Tampering(
            "a limit that was lower when orders were admitted", ["I3"],
            "UPDATE audit SET detail = 'limit $0.10, time zone UTC' WHERE action = 'budget.set'"),
        Tampering(
            "a record of an order that is not there", ["I8"],
            """
            INSERT INTO audit (at_us, actor, team_id, action, object, outcome)
            VALUES (1, 'gateway:test', 'marketing', 'order.admitted', 'job_gone', 'done')
            """),
    ]

    private static func again(as action: String? = nil, where condition: String) -> String {
        """
        INSERT INTO audit (at_us, actor, team_id, action, object, outcome, hold_micro_usd, cost_micro_usd)
        SELECT at_us, actor, team_id, \(action.map { "'\($0)'" } ?? "action"), object, outcome, hold_micro_usd,
            cost_micro_usd FROM audit WHERE \(condition)
        """
    }
}
