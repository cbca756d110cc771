package import Logging
import ServiceLifecycle

/// Last service to start and first to stop: refuses new orders, then waits for those under way to become durable.
package struct DrainOrders: Service {
    private let running: RunningOrders
    private let desk: StatusDesk
    private let readiness: Readiness
    private let logger: Logger

    package init(running: RunningOrders, desk: StatusDesk, readiness: Readiness, logger: Logger) {
        self.running = running
        self.desk = desk
        self.readiness = readiness
        self.logger = logger
    }

    package func run() async throws {
        try? await gracefulShutdown()
        readiness.set(.draining)
        logger.notice("stopping: no new orders; waiting for those under way")
        desk.stopWaiting()
        await running.drain()
    }
}
