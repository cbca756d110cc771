package import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase
import ServiceLifecycle
import Synchronization

/// Says that this process lives, sees which others do not, and takes over what they leave. Idle on a store that one
/// process has to itself.
package final class ProcessWatch: Service {
    private static let beatsBetweenLooks = 30

    private let terms: LeaseTerms
    private let store: GatewayStore
    private let lease: ProcessLease
    private let takeOver: TakeOver
    private let tracker: JobTracker
    private let places: SharedPlaces
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>
    private let logger: Logger
    private let others: Mutex<BeatWatch>
    private let beats = Mutex(0)

    package init(
        terms: LeaseTerms = .standard, store: GatewayStore, lease: ProcessLease, takeOver: TakeOver,
        tracker: JobTracker, places: SharedPlaces, clock: any WallClock, sleeper: any Clock<Duration>, logger: Logger
    ) {
        self.terms = terms
        self.store = store
        self.lease = lease
        self.takeOver = takeOver
        self.tracker = tracker
        self.places = places
        self.clock = clock
        self.sleeper = sleeper
        self.logger = logger
        others = Mutex(BeatWatch(terms))
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            guard self.store.isShared else { return (try? await gracefulShutdown()) ?? () }
            while (try? await self.sleeper.sleep(for: self.terms.beat)) != nil { await self.beat() }
        }
        await signOff()
    }

    /// One beat, and one look at the others.
    package func beat() async {
        do throws(SQLFailure) {
            try await sayAlive()
            let beats = try await store.beats(except: lease.current)
            for silent in others.withLock({ $0.look(at: beats, now: clock.uptime()) })
            where try await store.declareDead(silent) {
                logger.warning("another process is taken for dead", metadata: ["process": "\(silent.process)"])
            }
            try await takeOver()
            if isTimeToLookAtOwn() { try await takeOver.followOwn() }
        } catch {
            logger.warning("this process could not look after the shared store", metadata: ["error": "\(error)"])
        }
    }

    /// With the first beat, and about once a minute.
    private func isTimeToLookAtOwn() -> Bool {
        beats.withLock { beats in
            defer { beats += 1 }
            return beats % ProcessWatch.beatsBetweenLooks == 0
        }
    }

    private func sayAlive() async throws(SQLFailure) {
        let process = lease.current
        let began = clock.uptime()
        if try await store.beat(process) { return lease.renew(process, began: began) }

        places.loseAll()
        var random = SystemRandomNumberGenerator()
        let next = ProcessID(using: &random)
        try await store.register(next, alone: false, at: clock.now())
        lease.replace(with: next, began: began)
        // Others have taken over what stood under the old name, and may have settled it. Under the new one nothing more of it
        // can come in.
        tracker.forget(of: process)
        logger.warning(
            "this process was taken for dead and goes on under another name",
            metadata: ["before": "\(process)", "process": "\(next)"])
    }

    /// What is still open is taken over at once instead of after the silence.
    private func signOff() async {
        do throws(SQLFailure) {
            try await store.leave(lease.current)
        } catch {
            logger.info("this process could not sign off", metadata: ["error": "\(error)"])
        }
    }
}
