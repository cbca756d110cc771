import GatewayCore
import GatewayStore

/// Ends an order that was certainly not sent, whatever the books say of it by now, and gives its money back.
package struct WithdrawUnsent: Sendable {
    private let recorder: StepRecorder
    private let desk: StatusDesk

    package init(recorder: StepRecorder, desk: StatusDesk) {
        self.recorder = recorder
        self.desk = desk
    }

    /// - reason: what the team is told.
    func callAsFunction(_ order: Order, because reason: String) async {
        let cancelled = Transition(
            .cancelled, of: order.id, by: .gateway("dispatcher"), from: order.source, error: reason,
            resolution: .release(verify: false), freesIdempotencyKey: true, reason: "not sent")
        await record(cancelled) { result in
            // The answer to its dispatch, or to its admission, was lost, and it is on record as dispatching.
            guard case .tooLate(.dispatching) = result else { return }
            let notCreated = Transition(
                .notCreated, of: order.id, by: .gateway("dispatcher"), from: order.source, error: reason,
                resolution: .release(verify: false), freesIdempotencyKey: true, reason: "not sent")
            await record(notCreated) { _ in }
        }
    }

    private func record(
        _ transition: Transition, then next: @escaping @Sendable (TransitionResult) async -> Void
    ) async {
        let follow: @Sendable (TransitionResult) async -> Void = { [desk] result in
            if case .done(let job) = result { desk.put(job) }
            await next(result)
        }
        if let result = await recorder.insist(on: transition, late: follow) { await follow(result) }
    }
}
