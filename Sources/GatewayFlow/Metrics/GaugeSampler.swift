import GatewayCore
package import GatewayStore
import SQLDatabase
import ServiceLifecycle

/// Refreshes the figures that are states rather than events: budgets, open jobs, upstream keys.
package struct GaugeSampler: Service {
    private let store: GatewayStore
    private let pool: KeyPool
    private let metrics: GatewayMetrics
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>

    package init(
        store: GatewayStore, pool: KeyPool, metrics: GatewayMetrics, clock: any WallClock,
        sleeper: any Clock<Duration>
    ) {
        self.store = store
        self.pool = pool
        self.metrics = metrics
        self.clock = clock
        self.sleeper = sleeper
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { await sample() } while (try? await sleeper.sleep(for: .seconds(5))) != nil
        }
    }

    private func sample() async {
        for reading in pool.readings() { metrics.key(reading) }
        // A store that does not answer is seen elsewhere; the gauges then keep their last values.
        if let statuses = try? await store.budgetStatuses(at: clock.now()) {
            for status in statuses { metrics.budget(status) }
        }
        if let counts = try? await store.openJobCounts() {
            for state in JobState.open { metrics.openJobs(counts[state] ?? 0, state: state) }
        }
    }
}
