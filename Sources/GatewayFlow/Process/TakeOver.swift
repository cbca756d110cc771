import GatewayCore
package import GatewayStore
package import Logging
package import SQLDatabase

/// Takes into this process's hands what processes that are gone have left open.
package struct TakeOver: Sendable {
    private let store: GatewayStore
    private let lease: ProcessLease
    private let desk: StatusDesk
    private let tracker: JobTracker
    private let clock: any WallClock
    private let logger: Logger

    package init(
        store: GatewayStore, lease: ProcessLease, desk: StatusDesk, tracker: JobTracker, clock: any WallClock,
        logger: Logger
    ) {
        self.store = store
        self.lease = lease
        self.desk = desk
        self.tracker = tracker
        self.clock = clock
        self.logger = logger
    }

    package func callAsFunction() async throws(SQLFailure) {
        for gone in try await store.abandoned(by: lease.current) {
            // In batches: no order waits behind a long transaction.
            while let taken = try await store.takeOver(from: gone, by: lease.current, at: clock.now()) { follow(taken) }
        }
    }

    /// Follows what stands under this process's own name and is not followed. The answer to the commit that put it there was
    /// lost: an acceptance, an operator's finding, a takeover.
    func followOwn() async throws(SQLFailure) {
        var last: JobID?
        while true {
            let page = try await store.followed(by: lease.current, after: last, limit: 1000)
            for job in page where !tracker.follows(job.id) {
                desk.put(job)
                tracker.track(job)
                logger.notice("a job that nobody followed is followed now", metadata: ["job": "\(job.id)"])
            }
            guard page.count == 1000 else { return }
            last = page.last?.id
        }
    }

    private func follow(_ taken: TakenOver) {
        for job in taken.settled {
            desk.put(job)
            logger.warning(
                "an order of a process that is gone was recovered",
                metadata: ["job": "\(job.id)", "state": "\(job.state.rawValue)"])
        }
        for job in taken.followed { tracker.track(job) }
    }
}
