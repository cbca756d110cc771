import Foundation
import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import Synchronization
import Testing
import VinciAPI

@Suite("Reconciliation") struct ReconcileTests {
    @Test("releases a lost order that the account has not charged, on record as evidence") func notCharged()
        async throws
    {
        let (bench, _) = try await bench(submit: { _, _ in .lost })
        _ = try await bench.reconcile()
        let id = try #require(try await bench.order(try await bench.token()).job)
        _ = try await bench.reconcile()
        bench.clock.advance(by: .seconds(800))
        #expect(try await bench.reconcile()?.settled == [])
        bench.clock.advance(by: .seconds(300))
        #expect(try await bench.reconcile()?.settled.map(\.state) == [.refused])
        #expect(try await bench.books.store.spend(of: .organization) == .none)
        let records = try await bench.books.store.audit(after: 0, object: id.text, limit: 10).map(\.record)
        #expect(records.last?.actor == .gateway("reconciler"))
        #expect(records.last?.detail?.hasPrefix("evidence") == true)
        #expect(try await bench.books.store.verifyLedger().isSound)
    }

    @Test("charges a lost order that the account has charged, with what it cost") func charged() async throws {
        let (bench, spent) = try await bench(submit: { _, _ in .lost })
        _ = try await bench.reconcile()
        let id = try #require(try await bench.order(try await bench.token()).job)
        spent.withLock { $0 += Decimal(26) / 100 }
        _ = try await bench.reconcile()
        bench.clock.advance(by: .seconds(800))
        _ = try await bench.reconcile()
        bench.clock.advance(by: .seconds(300))
        let outcome = try await bench.reconcile()
        #expect(outcome?.evidence == .charged(id, .cents(26)))
        #expect(try await bench.books.store.job(.job(id))?.state == .writtenOff)
        #expect(
            try await bench.books.store.spend(of: .organization) == BudgetFigures(captured: .cents(26), held: .zero))
        #expect(outcome?.known.drift == .zero)
        #expect(try await bench.books.store.verifyLedger().isSound)
    }

    @Test("takes no orders while the account spends what the books know nothing of, and says so; a retry is replayed")
    func closed() async throws {
        let (bench, spent) = try await bench(submit: { _, count in .taken(as: "req_\(count)") })
        _ = try await bench.reconcile()
        let token = try await bench.token()
        let first = try await bench.order(token, key: "k")
        spent.withLock { $0 += 5 }
        _ = try await bench.reconcile()
        #expect(try await bench.order(token, prompt: "before it is confirmed").refusal == nil)
        bench.clock.advance(by: .seconds(15))
        _ = try await bench.reconcile()
        #expect(bench.gate.isClosed)
        let refused = try await bench.order(token, prompt: "afterwards")
        #expect(refused.refusal == .upstreamUnavailable(nil, retryAfter: .seconds(60)))
        #expect(try await bench.order(token, key: "k").job == first.job)
        let records = try await bench.books.store.audit(after: 0, action: .accountCompared, limit: 10)
        #expect(records.count == 1)

        // Whoever starts later knows as well.
        let other = AccountGate()
        try await other.refresh(from: bench.books.store)
        #expect(other.isClosed)
        spent.withLock { $0 -= 5 }
        _ = try await bench.reconcile()
        #expect(!bench.gate.isClosed)
        #expect(try await bench.order(token, prompt: "again").refusal == nil)
    }

    @Test("says nothing when Vinci does not tell its total") func silent() async throws {
        let bench = try await FlowBench(
            ScriptedUpstream(balance: { .failed(.status(500, detail: "no", retryAfterSeconds: nil)) }))
        #expect(try await bench.reconcile() == nil)
        #expect(try await bench.books.store.accountSamples(limit: 10).isEmpty)
    }

    /// A bench whose account has spent what the test says.
    private func bench(
        submit: @escaping ScriptedUpstream.Submit
    ) async throws -> (FlowBench, SpentTotal) {
        let spent = SpentTotal()
        let bench = try await FlowBench(
            ScriptedUpstream(
                submit: submit,
                balance: {
                    .reply(BalanceReply(balanceUSD: 100, totalSpentUSD: spent.withLock { $0 }))
                }))
        return (bench, spent)
    }
}

/// `total_spent_usd`, as a test moves it.
private final class SpentTotal: Sendable {
    private let amount = Mutex<Decimal>(10)

    func withLock<Result: Sendable>(_ body: (inout sending Decimal) -> sending Result) -> Result {
        amount.withLock(body)
    }
}
