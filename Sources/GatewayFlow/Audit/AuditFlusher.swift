import GatewayCore
package import GatewayStore
package import Logging
import ServiceLifecycle

/// Writes the sums of ``AuditTally`` and the last uses of tokens every few seconds and once more at the end.
package struct AuditFlusher: Service {
    private static let batch = 500

    private let store: GatewayStore
    private let tally: AuditTally
    private let uses: TokenUses
    private let sleeper: any Clock<Duration>
    private let logger: Logger

    package init(
        store: GatewayStore, tally: AuditTally, uses: TokenUses, sleeper: any Clock<Duration>, logger: Logger
    ) {
        self.store = store
        self.tally = tally
        self.uses = uses
        self.sleeper = sleeper
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await sleeper.sleep(for: .seconds(5))) != nil { await flush(isFinal: false) }
        }
        await flush(isFinal: true)
    }

    private func flush(isFinal: Bool) async {
        await flushUses()
        let records = tally.drain(isFinal: isFinal)
        guard !records.isEmpty else { return }
        // In small batches, so that no order waits behind a long transaction.
        for batch in stride(from: 0, to: records.count, by: AuditFlusher.batch) {
            await append(Array(records[batch..<min(batch + AuditFlusher.batch, records.count)]))
        }
    }

    private func append(_ records: [AuditRecord]) async {
        do {
            try await store.append(records)
        } catch {
            tally.noteLost(records.count)
            logger.warning("aggregated audit records could not be written", metadata: ["error": "\(error)"])
        }
    }

    private func flushUses() async {
        let latest = uses.drain()
        guard !latest.isEmpty else { return }
        do {
            try await store.noteUse(of: latest)
        } catch {
            logger.info("last uses of tokens could not be written", metadata: ["error": "\(error)"])
        }
    }
}
