import Foundation
package import GatewayCore
package import GatewayStore

extension StoreFixture {
    /// An order unlike any other, that can be sent at once.
    package func admission(
        for owner: JobOwner, hold: MicroUSD = .cents(28), at now: Timestamp = .testStart
    ) -> Admission {
        .sample(newJobID(at: now), for: owner, hold: hold, fingerprint: newHash())
    }

    /// Asks the store to take an order; `adjust` changes what is unusual about it.
    package func admit(
        for owner: JobOwner, hold: MicroUSD = .cents(28), at now: Timestamp = .testStart,
        _ adjust: (inout Admission) -> Void = { _ in }
    ) async throws -> AdmissionEnd {
        var admission = self.admission(for: owner, hold: hold, at: now)
        adjust(&admission)
        return try await store.admit(admission, at: now)
    }

    /// An order that must be taken.
    package func place(
        for owner: JobOwner, hold: MicroUSD = .cents(28), at now: Timestamp = .testStart,
        _ adjust: (inout Admission) -> Void = { _ in }
    ) async throws -> JobID {
        let end = try await admit(for: owner, hold: hold, at: now, adjust)
        guard case .admitted(let placed) = end else { throw ContractViolation(description: "not admitted: \(end)") }
        return placed.job
    }

    /// One step that must happen.
    @discardableResult
    package func apply(_ transition: Transition, at now: Timestamp = .testStart) async throws -> Job {
        let result = try await store.apply(transition, at: now)
        guard case .done(let job) = result else {
            throw ContractViolation(description: "\(transition.event) of \(transition.job): \(result)")
        }
        return job
    }

    /// From dispatching, or unknown, to accepted under an id derived from the job's.
    @discardableResult
    package func accept(_ job: JobID, at now: Timestamp = .testStart) async throws -> Job {
        try await apply(.acceptance(of: job), at: now)
    }

    /// From dispatching over accepted to completed.
    @discardableResult
    package func settle(_ job: JobID, cost: MicroUSD, at now: Timestamp = .testStart) async throws -> Job {
        try await accept(job, at: now)
        return try await apply(.completion(of: job, cost: cost), at: now)
    }

    /// A new order, led to `state` on the shortest way.
    package func job(
        in state: JobState, for owner: JobOwner, hold: MicroUSD = .cents(28), at now: Timestamp = .testStart
    ) async throws -> JobID {
        let startsQueued = state == .queued || state == .cancelled
        let job = try await place(for: owner, hold: hold, at: now) { if startsQueued { $0.readyKey = nil } }
        for event in StoreFixture.way(to: state) { try await apply(.plain(event, of: job), at: now) }
        return job
    }

    /// Everything that processes that are gone have left, taken over by `process`.
    package func recover(by process: ProcessID, at now: Timestamp = .testStart) async throws -> TakenOver {
        var all = TakenOver()
        for gone in try await store.abandoned(by: process) {
            while let taken = try await store.takeOver(from: gone, by: process, limit: 3, at: now) {
                all.settled += taken.settled
                all.followed += taken.followed
            }
        }
        return all
    }

    private static func way(to state: JobState) -> [JobEvent] {
        switch state {
        case .queued, .dispatching: []
        case .accepted: [.accepted]
        case .unknown: [.outcomeLost]
        case .completed: [.accepted, .completed]
        case .failed: [.accepted, .failed]
        case .refused: [.notCreated]
        case .cancelled: [.cancelled]
        case .writtenOff: [.outcomeLost, .writtenOff]
        }
    }
}

extension Transition {
    /// The event with the facts that belong to it; costs are 26 cents.
    package static func plain(_ event: JobEvent, of job: JobID) -> Transition {
        switch event {
        case .dispatched: Transition(.dispatched, of: job, by: StoreFixture.actor, upstreamKey: .sample)
        case .accepted: acceptance(of: job)
        case .notCreated:
            Transition(
                .notCreated, of: job, by: StoreFixture.actor, answer: .rejected(status: 400, detail: "prompt refused"),
                error: "prompt refused", resolution: .release(verify: false), upstreamStatus: 400)
        case .outcomeLost:
            Transition(.outcomeLost, of: job, by: StoreFixture.actor, answer: .unknown, reason: "timeout")
        case .completed: completion(of: job, cost: .cents(26))
        case .failed:
            Transition(
                .failed, of: job, by: StoreFixture.actor, error: "Generation failed", resolution: .release(verify: true)
            )
        case .cancelled:
            Transition(
                .cancelled, of: job, by: StoreFixture.actor, error: "cancelled", resolution: .release(verify: false),
                freesIdempotencyKey: true)
        case .writtenOff:
            Transition(
                .writtenOff, of: job, by: StoreFixture.actor,
                result: VideoResult(url: nil, seconds: nil, cost: .cents(26), isCostDerived: false),
                resolution: .writeOff(.cents(26)), reason: "seen on the bill")
        }
    }

    package static func acceptance(of job: JobID, requestID: String? = nil) -> Transition {
        Transition(
            .accepted, of: job, by: StoreFixture.actor, requestID: RequestID(checked: requestID ?? "vinci-\(job)"),
            answer: .accepted(body: "{\"request_id\":\"\(requestID ?? "vinci-\(job)")\"}"), upstreamStatus: 200)
    }

    package static func completion(of job: JobID, cost: MicroUSD) -> Transition {
        Transition(
            .completed, of: job, by: StoreFixture.actor,
            result: VideoResult(
                url: "https://storage.googleapis.com/v/\(job).mp4", seconds: 5, cost: cost, isCostDerived: false),
            resolution: .capture(cost), upstreamStatus: 200)
    }
}
