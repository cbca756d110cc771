import Foundation
import GatewayCore
package import GatewayStore
package import Logging
package import VinciAPI

/// Step 6: what Vinci's answer means for the job, its money and the client; durable before anybody is told.
package struct Resolve: Sendable {
    private let store: GatewayStore
    private let lease: ProcessLease
    private let recorder: StepRecorder
    private let desk: StatusDesk
    private let tracker: JobTracker
    private let pool: KeyPool
    private let metrics: GatewayMetrics
    private let logger: Logger

    package init(
        store: GatewayStore, lease: ProcessLease, recorder: StepRecorder, desk: StatusDesk, tracker: JobTracker,
        pool: KeyPool, metrics: GatewayMetrics, logger: Logger
    ) {
        self.store = store
        self.lease = lease
        self.recorder = recorder
        self.desk = desk
        self.tracker = tracker
        self.pool = pool
        self.metrics = metrics
        self.logger = logger
    }

    package func callAsFunction(_ sent: SendableOrder, _ outcome: SubmitOutcome) async -> OrderEnd {
        switch outcome {
        case .accepted(let reply): await accept(sent, reply)
        case .notCreated(let proof): await refuse(sent.order, proof)
        case .unknown(let cause): await lose(sent.order, status: cause.status, reason: cause.reason)
        }
    }

    /// A reply that came after the order had been given up as unknown: evidence of what became of it. Nobody waits for it;
    /// the answer that the client got stays the order's answer, also if a store that was away has not been told of it yet.
    func late(_ sent: SendableOrder, _ outcome: SubmitOutcome) async {
        let order = sent.order
        switch outcome {
        case .unknown: return
        case .accepted(let reply):
            await recordLate(
                Transition(
                    .accepted, of: order.id, by: .gateway("late reply"), from: order.source, process: lease.current,
                    requestID: RequestID(checked: reply.requestID), answer: .unknown, upstreamStatus: 200,
                    reason: "Vinci's reply came after the timeout"))
        case .notCreated(let proof):
            let verdict = Verdict(proof, of: order.id)
            await recordLate(
                Transition(
                    .notCreated, of: order.id, by: .gateway("late reply"), from: order.source, answer: .unknown,
                    error: verdict.publicReason, resolution: .release(verify: verdict.isToVerify),
                    upstreamStatus: verdict.status, reason: "Vinci's reply came after the timeout: \(verdict.reason)"))
        }
    }

    // MARK: Accepted

    private func accept(_ sent: SendableOrder, _ reply: OrderReply) async -> OrderEnd {
        let order = sent.order
        guard let body = try? VinciJSON.text(reply.completed(from: order.quote)) else {
            return await lose(order, status: 200, reason: "the reply cannot be written as JSON")
        }
        let transition = Transition(
            .accepted, of: order.id, by: .token(order.owner.token), from: order.source, process: lease.current,
            requestID: RequestID(checked: reply.requestID), answer: .accepted(body: body), upstreamStatus: 200)
        let result = await recorder.insist(on: transition) { result in
            _ = await follow(sent, transition, result, body: body)
        }
        return await follow(sent, transition, result, body: body)
    }

    /// What follows from the record of an acceptance, at once or late.
    private func follow(
        _ sent: SendableOrder, _ transition: Transition, _ result: TransitionResult?, body: String
    ) async -> OrderEnd {
        let order = sent.order
        switch result {
        case .done(let job):
            take(job)
            pool.note(.worked, of: sent.slot.key)
            count(order, "accepted")
            return OrderEnd(job: order.id, answer: .success(body))
        case .requestIDTaken:
            // A Vinci that repeats itself cannot be followed: each such order is a lost outcome for its key.
            pool.note(.unknown, of: sent.slot.key)
            return await lose(order, status: 200, reason: "Vinci answered with a request id that it had given before")
        case .tooLate(let state):
            return await asRecorded(order, state, transition.requestID)
        case .noSuchJob, .takenOver, .none:
            return .refused(.outcomeUnknown(order.id), job: order.id)
        }
    }

    /// The books know more already: an earlier attempt at this record was successful and its answer lost, or somebody
    /// settled the order meanwhile.
    private func asRecorded(_ order: Order, _ state: JobState, _ requestID: RequestID?) async -> OrderEnd {
        guard let job = try? await store.job(.job(order.id)), job.requestID == requestID else {
            logger.error(
                "Vinci has taken an order that the books have ended",
                metadata: [
                    "job": "\(order.id)", "state": "\(state.rawValue)", "vinci_request": "\(requestID?.text ?? "")",
                ])
            return .refused(.outcomeUnknown(order.id), job: order.id)
        }
        take(job)
        guard let answer = try? await store.answer(to: order.id), case .accepted(let body) = answer else {
            return .refused(.outcomeUnknown(order.id), job: order.id)
        }
        return OrderEnd(job: order.id, answer: .success(body))
    }

    private func take(_ job: Job) {
        // Another one's, if this process was taken for dead while it tried to record: its readers ask the store.
        guard job.process == lease.current else { return }
        desk.put(job)
        tracker.track(job)
    }

    // MARK: Not created, unknown

    private func refuse(_ order: Order, _ proof: NotCreated) async -> OrderEnd {
        let verdict = Verdict(proof, of: order.id)
        let transition = Transition(
            .notCreated, of: order.id, by: .token(order.owner.token), from: order.source, answer: verdict.answer,
            error: verdict.publicReason, resolution: .release(verify: verdict.isToVerify),
            freesIdempotencyKey: verdict.answer == nil, upstreamStatus: verdict.status, reason: verdict.reason)
        let result = await recorder.insist(on: transition, late: put)
        switch result {
        case .done(let job): desk.put(job)
        // On record already, by an attempt whose answer was lost.
        case .tooLate(.refused): break
        default: return .refused(.outcomeUnknown(order.id), job: order.id)
        }
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
        if let result = await recorder.insist(on: transition, late: put) { put(result) }
        count(order, "unknown")
        return .refused(.outcomeUnknown(order.id), job: order.id)
    }

    private func recordLate(_ transition: Transition) async {
        let take: @Sendable (TransitionResult) -> Void = { [logger] result in
            if case .done(let job) = result { return self.take(job) }
            logger.warning(
                "a late reply changed nothing", metadata: ["job": "\(transition.job)", "result": "\(result)"])
        }
        if let result = await recorder.insist(on: transition, late: take) { take(result) }
    }

    private func put(_ result: TransitionResult) { if case .done(let job) = result { desk.put(job) } }

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
