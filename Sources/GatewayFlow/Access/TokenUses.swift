import GatewayCore
import Synchronization

/// When tokens were last used, gathered in memory and written in batches: `last_used` is a help for owners, no promise.
package final class TokenUses: Sendable {
    private let uses = Mutex<[KeyID: Timestamp]>([:])

    package init() {}

    func note(_ token: KeyID, at now: Timestamp) { uses.withLock { $0[token] = now } }

    func drain() -> [KeyID: Timestamp] {
        uses.withLock { uses in
            defer { uses = [:] }
            return uses
        }
    }
}
