package import GatewayCore
package import Logging
import Synchronization
import VinciAPI

/// The Vinci account's balance, asked for seldom and by one caller at a time, however many want to know.
package actor AccountDesk {
    package struct Balance: Sendable, Equatable {
        package let balance: MicroUSD
        package let totalSpent: MicroUSD
        package let asOf: Uptime
    }

    /// How old an answer may be before Vinci is asked again.
    private static let maxAge: Duration = .seconds(10)
    /// Beyond this an old answer is worse than none.
    private static let tooOld: Duration = .seconds(300)

    private let pool: KeyPool
    private let metrics: GatewayMetrics
    private let clock: any WallClock
    private let logger: Logger
    private var last: Balance?
    private var running: Task<Balance?, Never>?

    package init(pool: KeyPool, metrics: GatewayMetrics, clock: any WallClock, logger: Logger) {
        self.pool = pool
        self.metrics = metrics
        self.clock = clock
        self.logger = logger
    }

    /// Nil while Vinci has not answered for minutes.
    package func balance() async -> Balance? {
        if let last, clock.uptime().since(last.asOf) < AccountDesk.maxAge { return last }
        // Not a child task: the next caller's answer must not be cancelled with this caller.
        let task = running ?? Task { await refresh() }
        running = task
        return await task.value
    }

    /// As Vinci says now, not as it said a moment ago; nil when it does not.
    package func freshBalance() async -> Balance? {
        let fresh = await ask()
        if let fresh { last = fresh }
        return fresh
    }

    private func refresh() async -> Balance? {
        if let fresh = await ask() { last = fresh }
        running = nil
        guard let last, clock.uptime().since(last.asOf) < AccountDesk.tooOld else { return nil }
        return last
    }

    private func ask() async -> Balance? {
        guard case .slot(let slot) = await pool.slotForQuery(with: nil) else { return nil }
        let reading = await slot.upstream.balance()
        pool.note(reading.rateLimit, of: slot.key)
        metrics.upstreamRequest(key: slot.key, call: "balance", status: reading.outcome.label)
        guard case .reply(let reply) = reading.outcome else {
            logger.info("Vinci did not tell the account's balance", metadata: ["outcome": "\(reading.outcome)"])
            return nil
        }
        guard let balance = try? MicroUSD(reply.balanceUSD), let spent = try? MicroUSD(reply.totalSpentUSD) else {
            logger.warning("Vinci's balance has more than six decimals or is out of range")
            return nil
        }
        return Balance(balance: balance, totalSpent: spent, asOf: clock.uptime())
    }
}
