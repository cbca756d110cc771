package import GatewayStore
package import Logging
import ServiceLifecycle
import Synchronization

/// Keeps the directory and the key pool within a second of the store, whoever changed it.
package final class DirectoryRefresher: Service {
    private let store: GatewayStore
    private let directory: Directory
    private let upstreamKeys: UpstreamKeys
    private let gate: AccountGate
    private let sleeper: any Clock<Duration>
    private let logger: Logger
    /// The last change whose consequences are all drawn.
    private let seen: Mutex<Int64>

    package init(
        store: GatewayStore, directory: Directory, upstreamKeys: UpstreamKeys, gate: AccountGate,
        sleeper: any Clock<Duration>,
        logger: Logger
    ) {
        self.store = store
        self.directory = directory
        self.upstreamKeys = upstreamKeys
        self.gate = gate
        self.sleeper = sleeper
        self.logger = logger
        seen = Mutex(directory.lastChange)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in self.store.wakeUps() { await self.catchUp() } }
                // A wake-up may get lost with a connection; the poll bounds how late a change can be seen.
                group.addTask {
                    while (try? await self.sleeper.sleep(for: .seconds(1))) != nil { await self.catchUp() }
                }
            }
        }
    }

    private func catchUp() async {
        do {
            let changes = try await store.changes(after: seen.withLock { $0 }, limit: 1000)
            guard let last = changes.last?.id else { return }
            try await directory.refresh()
            if changes.contains(where: { $0.topic == .upstreamKey }) { try await upstreamKeys.refresh() }
            if changes.contains(where: { $0.topic == .account }) { try await gate.refresh(from: store) }
            seen.withLock { $0 = max($0, last) }
        } catch {
            logger.warning("memory could not be brought up to date", metadata: ["error": "\(error)"])
        }
    }
}
