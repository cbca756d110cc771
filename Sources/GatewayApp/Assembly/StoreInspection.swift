package import AdminAPI
import GatewayCore
import GatewayFlow
import GatewayHTTP
import GatewayStore

/// `ledger verify --store`: the proof without a running gateway.
package enum LedgerCheck {
    package static func offline(store: StoreLocation) async throws(GatewayFault) -> LedgerReply {
        guard let inspection = try await StoreInspection.look(at: store) else {
            throw GatewayFault(.storage, "The store \(store.shown) is empty: no gateway was ever started on it.")
        }
        return inspection.ledger
    }
}

/// A store as it is, looked at without changing anything.
struct StoreInspection: Sendable {
    let ledger: LedgerReply
    /// Nil in a store that was never started.
    let masterKeyCheck: [UInt8]?
    let upstreamKeyCount: Int
    let reconciliation: Reconciliation?
    let lastSample: StoredAccountSample?

    /// - Returns: nil when no gateway was ever started on it.
    static func look(at location: StoreLocation) async throws(GatewayFault) -> StoreInspection? {
        guard let database = try await StoreOpening.openReadOnly(location) else { return nil }
        let store = GatewayStore(database)
        do {
            try await store.migrate()
            let inspection = StoreInspection(
                ledger: LedgerReply(try await store.verifyLedger(), at: SystemWallClock().now()),
                masterKeyCheck: try await store.value(named: StartUp.masterKeyCheck),
                upstreamKeyCount: try await store.upstreamKeys().count,
                reconciliation: try await store.reconciliation(),
                lastSample: try await store.accountSamples(limit: 1).first)
            await store.close()
            return inspection
        } catch {
            await store.close()
            throw GatewayFault(.storage, "The store \(location.shown) cannot be read: \(error).")
        }
    }
}
