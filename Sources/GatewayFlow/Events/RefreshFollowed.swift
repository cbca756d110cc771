package import GatewayStore
import ServiceLifecycle

/// Brings news of jobs that are followed here while another process asks Vinci about them: the store is asked once for each
/// job, however many streams it has.
package struct RefreshFollowed: Service {
    private let readStatus: ReadStatus
    private let store: GatewayStore
    private let sleeper: any Clock<Duration>

    package init(readStatus: ReadStatus, store: GatewayStore, sleeper: any Clock<Duration>) {
        self.readStatus = readStatus
        self.store = store
        self.sleeper = sleeper
    }

    package func run() async throws {
        // A store of one process has no job that another one follows.
        guard store.isShared else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            while (try? await sleeper.sleep(for: .seconds(1))) != nil { await readStatus.refreshListened() }
        }
    }
}
