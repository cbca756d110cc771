import Foundation
import GatewayCore
import GatewayStore
package import Logging
package import VinciAPI

/// Step 6: what Vinci's answer means for the job, its money and the client; durable before anybody is told.
package struct Resolve: Sendable {
    private let recorder: StepRecorder
    private let desk: StatusDesk
    private let tracker: JobTracker
    private let pool: KeyPool
    private let metrics: GatewayMetrics
    private let logger: Logger

    package init(
        recorder: StepRecorder, desk: StatusDesk, tracker: JobTracker, pool: KeyPool, metrics: GatewayMetrics,
        logger: Logger
    ) {
        self.recorder = recorder
        self.desk = desk
        self.tracker = tracker
        self.pool = pool
        self.metrics = metrics
        self.logger = logger
    }

    package func callAsFunction(_ sent: SendableOrder, _ outcome: SubmitOutcome) async -> OrderEnd {
        let order = sent.order
        switch outcome {
        case .accepted(let reply): return await accept(order, reply, with: sent.slot.key)
        case .notCreated(let proof): return await refuse(order, proof)
        case .unknown(let cause): return await lose(order, status: cause.status, reason: cause.reason)
        }
    }

    private func accept(_ order: Order, _ reply: OrderReply, with key: UpstreamKeyID) async -> OrderEnd {
        guard let body = try? VinciJSON.text(reply.completed(from: order.quote)) else {
            return await lose(order, status: 200, reason: "the reply cannot be written as JSON")
        }
        let transition = Transition(
            .accepted, of: order.id, by: .token(order.owner.token), from: order.source,
            requestID: RequestID(checked: reply.requestID), answer: .accepted(body: body), upstreamStatus: 200)
        let result = await recorder.insist(on: transition) { result in
            _ = await follow(order, result, body: body, key: key)
        }
        return await follow(order, result, body: body, key: key)
    }

    /// What follows from the record of an acceptance, at once or late.
    private func follow(
        _ order: Order, _ result: TransitionResult?, body: String, key: UpstreamKeyID
    ) async -> OrderEnd {
        switch result {
        case .done(let job):
            desk.put(job)
            tracker.track(job)
            pool.note(.worked, of: key)
            count(order, "accepted")
            return OrderEnd(job: order.id, answer: .success(body))
        case .requestIDTaken:
            // A Vinci that repeats itself cannot be followed: each such order is a lost outcome for its key.
            pool.note(.unknown, of: key)
            return await lose(order, status: 200, reason: "Vinci answered with a request id that it had given before")
        case .tooLate, .noSuchJob, .none:
            return .refused(.outcomeUnknown(order.id), job: order.id)
        }
    }

    private func refuse(_ order: Order, _ proof: NotCreated) async -> OrderEnd {
        let verdict = Verdict(proof, of: order.id)
        let transition = Transition(
            .notCreated, of: order.id, by: .token(order.owner.token), from: order.source, answer: verdict.answer,
            error: verdict.publicReason, resolution: .release(verify: verdict.isToVerify),
            freesIdempotencyKey: verdict.answer == nil, upstreamStatus: verdict.status, reason: verdict.reason)
        let put: @Sendable (TransitionResult) -> Void = { [desk] in if case .done(let job) = $0 { desk.put(job) } }
        let result = await recorder.insist(on: transition, late: put)
        guard case .done(let job) = result else { return .refused(.outcomeUnknown(order.id), job: order.id) }
        desk.put(job)
        count(order, "refused")
        return .refused(verdict.refusal, job: order.id)
    }

    private func lose(_ order: Order, status: Int?, reason: String) async -> OrderEnd {
        logger.warning(
            "the outcome of an order is unknown; its money stays held",
            metadata: ["job": "\(order.id)", "status": "\(status.map(String.init) ?? "none")", "reason": "\(reason)"])
        let transition = Transition(
            .outcomeLost, of: order.id, by: .token(order.owner.token), from: order.source, answer: .unknown,
            upstreamStatus: status, reason: reason)
        let put: @Sendable (TransitionResult) -> Void = { [desk] in if case .done(let job) = $0 { desk.put(job) } }
        if let result = await recorder.insist(on: transition, late: put) { put(result) }
        count(order, "unknown")
        return .refused(.outcomeUnknown(order.id), job: order.id)
    }

    private func count(_ order: Order, _ outcome: String) {
        metrics.job(order.request.kind.jobKind, outcome: outcome)
    }
}

/// What a proof of "not created" means for the books and for the client.
private struct Verdict {
    let refusal: Refusal
    /// For the audit log.
    let reason: String
    /// For the team: nothing about our account or our network.
    var publicReason = "Vinci could not take the order"
    /// Kept for retries with the same idempotency key; nil for passing reasons, after which a retry may try again.
    var answer: OrderAnswer?
    var status: Int?
    var isToVerify = false

    init(_ proof: NotCreated, of job: JobID) {
        switch proof {
        case .notSent(let cause):
            refusal = .upstreamUnavailable(job, retryAfter: .seconds(2))
            reason = cause
        case .rejected(let status, let detail):
            refusal = .rejectedUpstream(job, status: status, detail: detail)
            reason = detail
            publicReason = detail
            answer = .rejected(status: status, detail: detail)
            self.status = status
        case .keyRejected(let status):
            refusal = .upstreamUnavailable(job, retryAfter: .seconds(60))
            reason = "Vinci does not accept the upstream key"
            self.status = status
        case .accountEmpty(let detail):
            refusal = .upstreamBalanceLow(job, retryAfter: .seconds(30))
            reason = detail
            status = 402
        case .rateLimited(let seconds):
            refusal = .upstreamBusy(job, retryAfter: .seconds(min(max(seconds ?? 60, 1), 120)))
            reason = "Vinci's rate limit"
            status = 429
        case .serverError(let detail):
            // Taken for "not created" by configuration, not by proof: the answer is kept, so a retry with the same key
            // never makes a second video.
            let answer = "Vinci answered the order with an error. It counts as not carried out."
            refusal = .rejectedUpstream(job, status: 503, detail: answer)
            reason = detail
            publicReason = answer
            self.answer = .rejected(status: 503, detail: answer)
            status = 500
            isToVerify = true
        }
    }
}

extension OrderReply {
    /// Vinci documents all four fields; one that is missing is filled from our own quote.
    fileprivate func completed(from quote: Quote) -> OrderReply {
        OrderReply(
            requestID: requestID, status: status, estimatedCostUSD: estimatedCostUSD ?? quote.estimatedCost.decimal,
            estimatedDurationSeconds: estimatedDurationSeconds ?? Decimal(quote.seconds))
    }
}
