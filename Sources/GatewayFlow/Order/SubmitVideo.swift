package import GatewayCore
import GatewayStore
package import VinciAPI

/// An order from the permitted request to the reply. Read top to bottom; each step returns the proof that the next one
/// needs.
package struct SubmitVideo: Sendable {
    package struct Settings: Sendable {
        package var price: Price
        package var openJobsMaxDefault: Int

        package init(price: Price, openJobsMaxDefault: Int) {
            self.price = price
            self.openJobsMaxDefault = openJobsMaxDefault
        }
    }

    private let settings: Settings
    private let placeHold: PlaceHold
    private let dispatch: Dispatch
    private let forward: Forward
    private let resolve: Resolve
    private let running: RunningOrders
    private let clock: any WallClock

    package init(
        settings: Settings, placeHold: PlaceHold, dispatch: Dispatch, forward: Forward, resolve: Resolve,
        running: RunningOrders, clock: any WallClock
    ) {
        self.settings = settings
        self.placeHold = placeHold
        self.dispatch = dispatch
        self.forward = forward
        self.resolve = resolve
        self.running = running
        self.clock = clock
    }

    /// - paced: steps 1–3 have passed for this very action.
    /// - cleanUp: runs after the last byte of `request` has been used, whatever the end.
    /// - Returns: after the end is durable. A caller that goes away changes nothing.
    package func callAsFunction(
        _ paced: Paced, _ request: VideoRequest, _ options: OrderOptions, from source: CallSource,
        cleanUp: @escaping @Sendable () async -> Void = {}
    ) async -> OrderEnd {
        guard let ticket = running.begin() else {
            await cleanUp()
            return .refused(.draining)
        }
        // A task of its own: the client's connection may go away, the order then goes on to its end.
        let order = Task {
            let end = await run(paced, request, options, from: source)
            await cleanUp()
            ticket.end()
            return end
        }
        return await order.value
    }

    private func run(
        _ paced: Paced, _ request: VideoRequest, _ options: OrderOptions, from source: CallSource
    ) async -> OrderEnd {
        let order: Order
        do throws(MoneyFault) {
            order = try makeOrder(paced, request, options, from: source)
        } catch {
            return .refused(.invalidRequest(field: "duration_seconds", rule: "costs more than can be counted"))
        }
        let held: HeldOrder
        switch await placeHold(order) {
        case .held(let placed): held = placed
        case .ended(let end): return end
        }
        let sendable: SendableOrder
        switch await dispatch(held) {
        case .ready(let ready): sendable = ready
        case .ended(let end): return end
        }
        let outcome = await forward(sendable)
        return await resolve(sendable, outcome)
    }

    private func makeOrder(
        _ paced: Paced, _ request: VideoRequest, _ options: OrderOptions, from source: CallSource
    ) throws(MoneyFault) -> Order {
        var random = SystemRandomNumberGenerator()
        let caller = paced.caller
        return Order(
            id: JobID(at: clock.now(), using: &random),
            owner: JobOwner(team: caller.team.id, token: caller.token.keyID),
            request: request,
            quote: try settings.price.quote(seconds: request.durationSeconds),
            options: options,
            openJobsMax: caller.team.openJobsMax ?? settings.openJobsMaxDefault,
            source: source)
    }
}
