package import GatewayCore
import GatewayStore
import Synchronization
package import VinciAPI

/// An order from the permitted request to the reply. Read top to bottom; each step returns the proof that the next one
/// needs.
package struct SubmitVideo: Sendable {
    package struct Settings: Sendable {
        package var price: Price
        package var openJobsMaxDefault: Int
        /// A client is answered within this time, whatever Vinci or the store do.
        package var answerWithin: Duration

        package init(price: Price, openJobsMaxDefault: Int, answerWithin: Duration = .seconds(34)) {
            self.answerWithin = answerWithin
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
    private let sleeper: any Clock<Duration>

    package init(
        settings: Settings, placeHold: PlaceHold, dispatch: Dispatch, forward: Forward, resolve: Resolve,
        running: RunningOrders, clock: any WallClock, sleeper: any Clock<Duration>
    ) {
        self.settings = settings
        self.placeHold = placeHold
        self.dispatch = dispatch
        self.forward = forward
        self.resolve = resolve
        self.running = running
        self.clock = clock
        self.sleeper = sleeper
    }

    /// - paced: steps 1–3 have passed for this very action.
    /// - cleanUp: runs after the last byte of `request` has been used, whatever the end.
    /// - Returns: after the end is durable, or "unknown" when that takes too long. A caller that goes away changes nothing.
    package func callAsFunction(
        _ paced: Paced, _ request: VideoRequest, _ options: OrderOptions, from source: CallSource,
        cleanUp: @escaping @Sendable () async -> Void = {}
    ) async -> OrderEnd {
        let order: Order
        do throws(MoneyFault) {
            order = try makeOrder(paced, request, options, from: source)
        } catch {
            await cleanUp()
            return .refused(.invalidRequest(field: "duration_seconds", rule: "costs more than can be counted"))
        }
        guard let ticket = running.begin() else {
            await cleanUp()
            return .refused(.draining)
        }
        let answer = OrderEndBox()
        // A task of its own: the client's connection may go away, the order then goes on to its end.
        Task(executorPreference: HomeExecutor.current) {
            answer.put(await run(order))
            await cleanUp()
            ticket.end()
        }
        return await answer.wait(upTo: settings.answerWithin, on: sleeper)
            ?? .refused(.outcomeUnknown(order.id), job: order.id)
    }

    private func run(_ order: Order) async -> OrderEnd {
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
        let outcome = await forward(sendable) { [resolve] in await resolve.late(sendable, $0) }
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
            source: source, answerBy: clock.uptime().adding(settings.answerWithin))
    }
}

/// Where the end of an order is waited for.
private final class OrderEndBox: Sendable {
    private let end = Mutex<OrderEnd?>(nil)
    private let signal = WakeSignal()

    func put(_ value: OrderEnd) {
        end.withLock { $0 = value }
        signal.wake()
    }

    /// Nil when there is none by then.
    func wait(upTo patience: Duration, on sleeper: any Clock<Duration>) async -> OrderEnd? {
        await signal.wait(upTo: patience, on: sleeper)
        return end.withLock { $0 }
    }
}
