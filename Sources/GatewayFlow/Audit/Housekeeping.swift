import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase
import ServiceLifecycle

/// Removes what nobody can ask for any more: idempotency keys of ended jobs after a day, changes that every process has
/// long seen, processes that are long gone; after 30 days what was sent to webhooks. The ledger and the audit log are never
/// touched.
package struct Housekeeping: Service {
    private static let interval: Duration = .seconds(600)
    private static let keptFor: Duration = .seconds(86_400)
    /// Longer than any time for retries, which ends after a week at most.
    private static let deliveriesKeptFor: Duration = .seconds(30 * 86_400)
    private static let batch = 500

    private let store: GatewayStore
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>
    private let logger: Logger

    package init(store: GatewayStore, clock: any WallClock, sleeper: any Clock<Duration>, logger: Logger) {
        self.store = store
        self.clock = clock
        self.sleeper = sleeper
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { await tidy() } while (try? await sleeper.sleep(for: Housekeeping.interval)) != nil
        }
    }

    private func tidy() async {
        let cutoff = clock.now().adding(.zero - Housekeeping.keptFor)
        do {
            // In small batches, so that no order waits behind a long transaction.
            while try await store.forgetIdempotencyKeys(before: cutoff, limit: Housekeeping.batch) == Housekeeping.batch
            {}
            while try await store.forgetChanges(before: cutoff, limit: Housekeeping.batch) == Housekeeping.batch {}
            _ = try await store.forgetProcesses(before: cutoff)
            while try await store.forgetRatePools(unusedFor: Housekeeping.keptFor, limit: Housekeeping.batch)
                == Housekeeping.batch
            {}
            try await tidyWebhooks(before: cutoff)
        } catch {
            logger.warning("old rows could not be removed", metadata: ["error": "\(error)"])
        }
    }

    private func tidyWebhooks(before cutoff: Timestamp) async throws(SQLFailure) {
        let old = clock.now().adding(.zero - Housekeeping.deliveriesKeptFor)
        while try await store.forgetDeliveries(before: old, limit: Housekeeping.batch) == Housekeeping.batch {}
        // Deleted ones, once nothing names them any more.
        while try await store.forgetWebhooks(before: cutoff, limit: Housekeeping.batch) == Housekeeping.batch {}
    }
}
