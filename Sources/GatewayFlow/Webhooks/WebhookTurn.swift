package import GatewayCore
package import GatewayStore
package import Logging
import SQLDatabase

/// One turn of one webhook: sends what is due, one message after the other, until the first failure or until others should
/// have their turn.
package struct WebhookTurn: Sendable {
    /// Longest wait for an endpoint's answer.
    package static let answerWithin: Duration = .seconds(15)
    /// How long a stop waits for the answer to what has been sent.
    private static let stopGrace: Duration = .seconds(3)
    private static let messagesMax = 20
    private static let giveUpBatch = 500
    /// Between two tries to write down what happened.
    private static let storePause: Duration = .seconds(1)

    private let plan: RetryPlan
    private let store: GatewayStore
    private let sender: any WebhookSender
    private let masterKey: MasterKey
    private let lease: ProcessLease
    private let metrics: GatewayMetrics
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>
    private let logger: Logger

    package init(
        plan: RetryPlan, store: GatewayStore, sender: any WebhookSender, masterKey: MasterKey, lease: ProcessLease,
        metrics: GatewayMetrics, clock: any WallClock, sleeper: any Clock<Duration>, logger: Logger
    ) {
        self.plan = plan
        self.store = store
        self.sender = sender
        self.masterKey = masterKey
        self.lease = lease
        self.metrics = metrics
        self.clock = clock
        self.sleeper = sleeper
        self.logger = logger
    }

    package func callAsFunction(_ id: WebhookID) async {
        // While others may have taken over, they deliver.
        guard let process = lease.valid else { return }
        do throws(SQLFailure) {
            guard
                let claimed = try await store.claimWebhook(
                    id, by: process, limit: WebhookTurn.messagesMax, at: clock.now())
            else { return }
            guard claimed.webhook.state == .active else { return try await giveUp(id, process) }
            guard !claimed.due.isEmpty else { return try await store.releaseWebhook(id, by: process) }
            await deliver(claimed, as: process)
        } catch {
            // Whoever holds it finds it again at the next look.
            logger.warning("a webhook could not be served", metadata: ["webhook": "\(id)", "error": "\(error)"])
            try? await sleeper.sleep(for: WebhookTurn.storePause)
        }
    }

    private func giveUp(_ id: WebhookID, _ process: ProcessID) async throws(SQLFailure) {
        let ended = try await store.giveUpDeliveries(
            to: id, holder: process, limit: WebhookTurn.giveUpBatch, at: clock.now())
        for _ in 0..<ended { metrics.webhookDelivery("given_up") }
    }

    private func deliver(_ claimed: ClaimedWebhook, as process: ProcessID) async {
        let id = claimed.webhook.id
        guard let secret = secret(of: claimed) else {
            // Nothing can be sent without it; tried again like a failure, so that the history says why.
            guard let first = claimed.due.first else { return }
            let reason = "the gateway cannot open the webhook's secret"
            _ = await record(.none(reason: reason), first, of: id, process, endsTurn: true)
            return
        }
        for (index, message) in claimed.due.enumerated() {
            let request = WebhookRequest(
                WebhookBody(id: message.delivery.eventID, text: message.payload), to: claimed.webhook.url,
                signedWith: secret, at: clock.now())
            // What a stop has interrupted may have arrived: it is sent again, under the same id.
            guard let answer = await send(request) else { return await letGo(of: id, process) }
            let endsTurn = !answer.isTaken || index == claimed.due.count - 1
            guard let record = await record(answer, message, of: id, process, endsTurn: endsTurn), !endsTurn else {
                return
            }
            guard record.isActive, !Task.isCancelled, lease.isValid(for: process) else {
                return await letGo(of: id, process)
            }
        }
    }

    private func secret(of claimed: ClaimedWebhook) -> WebhookSecret? {
        do throws(SealFault) {
            return WebhookSecret(try masterKey.open(claimed.sealedSecret, for: claimed.webhook.id))
        } catch {
            logger.error(
                "a webhook's secret cannot be opened with this master key",
                metadata: ["webhook": "\(claimed.webhook.id)"])
            return nil
        }
    }

    /// - Returns: nil when a stop of the gateway has interrupted the attempt.
    private func send(_ request: WebhookRequest) async -> WebhookAnswer? {
        // A task of its own: a stop leaves an attempt that is under way a moment to end.
        let attempt = Task { await sender.send(request) }
        let deadline = Task {
            if (try? await sleeper.sleep(for: WebhookTurn.answerWithin)) != nil { attempt.cancel() }
        }
        defer { deadline.cancel() }
        let answer = await withTaskCancellationHandler {
            await attempt.value
        } onCancel: {
            Task {
                try? await sleeper.sleep(for: WebhookTurn.stopGrace)
                attempt.cancel()
            }
        }
        guard attempt.isCancelled, !answer.isTaken else { return answer }
        guard !Task.isCancelled else { return nil }
        return .none(reason: "the endpoint did not answer within \(WebhookTurn.answerWithin.secondsRoundedUp) s")
    }

    /// Insists: a delivery whose end is not on record would be sent over and over while the store is away.
    /// - Returns: nil when this process does not serve the webhook any more.
    private func record(
        _ answer: WebhookAnswer, _ message: ClaimedWebhook.Message, of webhook: WebhookID, _ process: ProcessID,
        endsTurn: Bool
    ) async -> WebhookRecord? {
        var random = SystemRandomNumberGenerator()
        let attempt = WebhookAttempt(
            delivery: message.delivery.id, webhook: webhook, holder: process, answer: answer,
            jitter: RetryPlan.Jitter(using: &random), endsTurn: endsTurn)
        while true {
            do throws(SQLFailure) {
                let record = try await store.record(attempt, plan, at: clock.now())
                note(record?.progress, answer, attempt)
                return record
            } catch {
                logger.warning(
                    "what became of a webhook's delivery could not be recorded",
                    metadata: ["delivery": "\(attempt.delivery)", "error": "\(error)"])
                guard error != .closed, (try? await sleeper.sleep(for: WebhookTurn.storePause)) != nil else {
                    return nil
                }
            }
        }
    }

    private func note(_ progress: WebhookProgress?, _ answer: WebhookAnswer, _ attempt: WebhookAttempt) {
        metrics.webhookDelivery(progress.label)
        guard progress != .delivered else { return }
        logger.info(
            "a webhook's delivery failed",
            metadata: [
                "delivery": "\(attempt.delivery)", "webhook": "\(attempt.webhook)", "then": "\(progress.label)",
                "status": "\(answer.status.map(String.init) ?? "none")",
            ])
    }

    private func letGo(of webhook: WebhookID, _ process: ProcessID) async {
        do throws(SQLFailure) {
            try await store.releaseWebhook(webhook, by: process)
        } catch {
            // Others see that this process is gone; this one finds it again under its own name.
            logger.info("a webhook could not be let go of", metadata: ["webhook": "\(webhook)", "error": "\(error)"])
        }
    }
}

extension WebhookProgress? {
    /// The `outcome` label of the metrics.
    fileprivate var label: String {
        switch self {
        case .delivered: "delivered"
        case .retried: "retried"
        case .givenUp: "given_up"
        case .disabled: "disabled"
        case .none: "dropped"
        }
    }
}
