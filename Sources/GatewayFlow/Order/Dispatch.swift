import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase

/// A held order that is on record as "may have been sent", with the slot to send it in.
package struct SendableOrder: Sendable {
    package let order: Order
    package let slot: UpstreamSlot
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
    private let recorder: StepRecorder
    private let desk: StatusDesk
    private let clock: any WallClock
    private let logger: Logger

    /// - slotWait: how long an order waits for a free place in a key's requests per minute.
    package init(
        slotWait: Duration, store: GatewayStore, pool: KeyPool, recorder: StepRecorder, desk: StatusDesk,
        clock: any WallClock, logger: Logger
    ) {
        self.slotWait = slotWait
        self.store = store
        self.pool = pool
        self.recorder = recorder
        self.desk = desk
        self.clock = clock
        self.logger = logger
    }

    package func callAsFunction(_ held: HeldOrder) async -> End {
        if let slot = held.slot { return .ready(SendableOrder(order: held.order, slot: slot)) }
        switch await pool.slotForOrder(within: slotWait) {
        case .slot(let slot): return await dispatch(held.order, in: slot)
        case .busy(let wait):
            return await cancel(held.order, .upstreamBusy(held.order.id, retryAfter: max(wait, .seconds(1))))
        case .unavailable(let closure):
            let pause = closure?.remaining ?? .seconds(30)
            return await cancel(held.order, .upstreamUnavailable(held.order.id, retryAfter: pause))
        }
    }

    /// On record as dispatching before the first byte leaves.
    private func dispatch(_ order: Order, in slot: UpstreamSlot) async -> End {
        let transition = Transition(
            .dispatched, of: order.id, by: .token(order.owner.token), from: order.source, upstreamKey: slot.key,
            reason: "after waiting for a free place")
        do throws(SQLFailure) {
            if case .done = try await store.apply(transition, at: clock.now()) {
                return .ready(SendableOrder(order: order, slot: slot))
            }
        } catch {
            logger.error("an order could not be dispatched", metadata: ["job": "\(order.id)", "error": "\(error)"])
        }
        pool.giveBack(slot)
        return await cancel(order, .storageUnavailable)
    }

    private func cancel(_ order: Order, _ refusal: Refusal) async -> End {
        let transition = Transition(
            .cancelled, of: order.id, by: .gateway("dispatcher"), from: order.source,
            error: "no free place in the upstream's requests per minute", resolution: .release(verify: false),
            freesIdempotencyKey: true, reason: "not sent")
        let put: @Sendable (TransitionResult) -> Void = { [desk] in if case .done(let job) = $0 { desk.put(job) } }
        if let result = await recorder.insist(on: transition, late: put) { put(result) }
        return .ended(.refused(refusal, job: order.id))
    }
}
