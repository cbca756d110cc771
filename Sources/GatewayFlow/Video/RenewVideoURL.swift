import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase
import VinciAPI

/// Asks Vinci once more where a video is, because its old URL has expired, and writes the new one down.
package struct RenewVideoURL: Sendable {
    /// For a place in the key's requests per minute.
    private static let patience: Duration = .seconds(60)

    private let pool: KeyPool
    private let store: GatewayStore
    private let desk: StatusDesk
    private let metrics: GatewayMetrics
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>
    private let logger: Logger

    package init(
        pool: KeyPool, store: GatewayStore, desk: StatusDesk, metrics: GatewayMetrics, clock: any WallClock,
        sleeper: any Clock<Duration>, logger: Logger
    ) {
        self.pool = pool
        self.store = store
        self.desk = desk
        self.metrics = metrics
        self.clock = clock
        self.sleeper = sleeper
        self.logger = logger
    }

    /// - Returns: nil when Vinci does not give one.
    func callAsFunction(_ job: Job) async -> String? {
        guard let requestID = job.requestID, let key = job.upstreamKey, let slot = await slot(of: key) else {
            return nil
        }
        let reading = await slot.upstream.status(of: requestID.text)
        pool.note(reading.rateLimit, of: key)
        metrics.upstreamRequest(key: key, call: "status", status: reading.outcome.label)
        switch reading.outcome {
        case .reply(let reply) where reply.status == .completed:
            guard let url = reply.videoURL else { return nil }
            await keep(url, of: job)
            return url
        case .reply: return nil
        case .failed(.status(429, _, let retryAfter)):
            pool.note(.rateLimited(.seconds(min(max(retryAfter ?? 30, 1), 120))), of: key)
            return nil
        case .failed(let failure):
            logger.info("a video's URL could not be renewed", metadata: ["job": "\(job.id)", "reason": "\(failure)"])
            return nil
        }
    }

    private func slot(of key: UpstreamKeyID) async -> UpstreamSlot? {
        let deadline = clock.uptime().adding(RenewVideoURL.patience)
        while true {
            switch await pool.slotForQuery(with: key) {
            case .slot(let slot): return slot
            case .unavailable: return nil
            case .busy(let wait):
                let pause = max(.milliseconds(50), min(wait, .seconds(5)))
                guard clock.uptime().adding(pause) <= deadline, (try? await sleeper.sleep(for: pause)) != nil else {
                    return nil
                }
            }
        }
    }

    private func keep(_ url: String, of job: Job) async {
        do throws(SQLFailure) {
            guard try await store.renewVideoURL(url, of: job.id, at: clock.now()) else { return }
            desk.renewVideoURL(url, of: job.id)
        } catch {
            // The video can be fetched all the same; the next fetch renews again.
            logger.warning("a renewed URL could not be written", metadata: ["job": "\(job.id)", "error": "\(error)"])
        }
    }
}
