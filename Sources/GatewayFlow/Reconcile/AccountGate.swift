import GatewayCore
package import GatewayStore
package import SQLDatabase
import Synchronization

/// Whether the Vinci account may take new holds, in memory; the store knows, and tells every process of a change.
package final class AccountGate: Sendable {
    private let known = Mutex(false)

    package init() {}

    package var isClosed: Bool { known.withLock { $0 } }

    func take(_ reconciliation: Reconciliation?) { known.withLock { $0 = reconciliation?.isClosed ?? false } }

    /// - Throws: what the store throws; the gate then stays as it is.
    package func refresh(from store: GatewayStore) async throws(SQLFailure) { take(try await store.reconciliation()) }
}
