package import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase

/// A held order that is on record as "may have been sent", with the slot to send it in.
package struct SendableOrder: Sendable {
    package let order: Order
    package let slot: UpstreamSlot
    /// As of the ``HeldOrder``.
    package let process: ProcessID
}

/// Between the hold and the send: an order that found no free slot waits for one, certainly unsent.
package struct Dispatch: Sendable {
    package enum End: Sendable {
        case ready(SendableOrder)
        case ended(OrderEnd)
    }

    private let slotWait: Duration
    private let store: GatewayStore
    private let pool: KeyPool
    private let withdraw: WithdrawUnsent
    private let clock: any WallClock
    private let logger: Logger

    /// - slotWait: how long an order waits for a free place in a key's requests per minute.
    package init(
        slotWait: Duration, store: GatewayStore, pool: KeyPool, withdraw: WithdrawUnsent,
        clock: any WallClock, logger: Logger
    ) {
        self.slotWait = slotWait
        self.store = store
        self.pool = pool
        self.withdraw = withdraw
        self.clock = clock
        self.logger = logger
    }

    package func callAsFunction(_ held: HeldOrder) async -> End {
        if let slot = held.slot { return .ready(SendableOrder(order: held.order, slot: slot, process: held.process)) }
        switch await pool.slotForOrder(within: slotWait) {
        case .slot(let slot): return await dispatch(held, in: slot)
        case .busy(let wait):
            return await cancel(held.order, .upstreamBusy(held.order.id, retryAfter: max(wait, .seconds(1))))
        case .unavailable(let closure):
            let pause = closure?.remaining ?? .seconds(30)
            return await cancel(held.order, .upstreamUnavailable(held.order.id, retryAfter: pause))
        }
    }

    /// On record as dispatching before the first byte leaves.
    private func dispatch(_ held: HeldOrder, in slot: UpstreamSlot) async -> End {
        let order = held.order
        let transition = Transition(
            .dispatched, of: order.id, by: .token(order.owner.token), from: order.source, fence: held.process,
            upstreamKey: slot.key, reason: "after waiting for a free place")
        do throws(SQLFailure) {
            if case .done = try await store.apply(transition, at: clock.now()) {
                return .ready(SendableOrder(order: order, slot: slot, process: held.process))
            }
        } catch {
            logger.error("an order could not be dispatched", metadata: ["job": "\(order.id)", "error": "\(error)"])
        }
        pool.giveBack(slot)
        await withdraw(order, because: "the order could not be recorded")
        return .ended(.refused(.storageUnavailable, job: order.id))
    }

    private func cancel(_ order: Order, _ refusal: Refusal) async -> End {
        await withdraw(order, because: "no free place in the upstream's requests per minute")
        return .ended(.refused(refusal, job: order.id))
    }
}
