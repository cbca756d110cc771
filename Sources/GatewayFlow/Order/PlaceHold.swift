package import GatewayCore
package import GatewayStore
import SQLDatabase
import VinciAPI

/// An order whose money is held, with the upstream slot that was free when it was placed.
package struct HeldOrder: Sendable {
    package let order: Order
    package let hold: PlacedHold
    package let slot: UpstreamSlot?
    /// Under which name it was placed; sent only while that still counts as alive.
    package let process: ProcessID
}

/// Step 4: one durable transaction that holds the money, or the reason why not.
package struct PlaceHold: Sendable {
    package struct Settings: Sendable {
        /// How long the same fields from the same token count as a repetition.
        package var duplicateWindow: Duration
        /// How long a repetition waits for the first order's answer.
        package var repetitionPatience: Duration
        /// Whether the audit log keeps the words of prompts, and not only a keyed hash and their length.
        package var keepsPrompts: Bool

        package init(
            duplicateWindow: Duration, repetitionPatience: Duration = .seconds(2), keepsPrompts: Bool = false
        ) {
            self.keepsPrompts = keepsPrompts
            self.duplicateWindow = duplicateWindow
            self.repetitionPatience = repetitionPatience
        }
    }

    package enum End: Sendable {
        case held(HeldOrder)
        case ended(OrderEnd)
    }

    private let settings: Settings
    private let store: GatewayStore
    private let pool: KeyPool
    private let masterKey: MasterKey
    private let lease: ProcessLease
    private let gate: AccountGate
    private let withdraw: WithdrawUnsent
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>

    package init(
        settings: Settings, store: GatewayStore, pool: KeyPool, masterKey: MasterKey, lease: ProcessLease,
        gate: AccountGate, withdraw: WithdrawUnsent, clock: any WallClock, sleeper: any Clock<Duration>
    ) {
        self.settings = settings
        self.store = store
        self.pool = pool
        self.masterKey = masterKey
        self.lease = lease
        self.gate = gate
        self.withdraw = withdraw
        self.clock = clock
        self.sleeper = sleeper
    }

    package func callAsFunction(_ order: Order) async -> End {
        // A process that could not say for seconds that it lives may have been taken for dead: what it began now, others
        // would have to end.
        guard let process = lease.valid else { return .ended(.refused(.storageUnavailable)) }
        do throws(SQLFailure) {
            guard !gate.isClosed else { return try await refuseUnexplained(order, by: process) }
            switch await pool.slotForOrder() {
            case .slot(let slot): return try await place(order, with: slot, by: process)
            case .busy: return try await place(order, with: nil, by: process)
            case .unavailable(let closure): return try await refuseUnsent(order, closure, by: process)
            }
        } catch {
            return .ended(.refused(.storageUnavailable))
        }
    }

    private func place(
        _ order: Order, with slot: UpstreamSlot?, by process: ProcessID
    ) async throws(SQLFailure) -> End {
        let end: AdmissionEnd
        do throws(SQLFailure) {
            end = try await store.admit(admission(of: order, readyKey: slot?.key, by: process), at: clock.now())
        } catch {
            if let slot { pool.giveBack(slot) }
            // It may be in the books all the same, as one that could be on its way.
            if case .inDoubt = error { await withdraw(order, because: "the order could not be recorded") }
            throw error
        }
        if case .admitted(let hold) = end {
            return .held(HeldOrder(order: order, hold: hold, slot: slot, process: process))
        }
        if let slot { pool.giveBack(slot) }
        return .ended(await answer(end))
    }

    private func answer(_ end: AdmissionEnd) async -> OrderEnd {
        switch end {
        case .admitted(let hold): .refused(.outcomeUnknown(hold.job), job: hold.job)
        case .replay(let job, let answer): .replay(job, answer)
        case .inProgress(let job): await waitForAnswer(to: job)
        case .mismatch: .refused(.idempotencyMismatch)
        case .tooManyOpenJobs(let limit): .refused(.tooManyOpenJobs(limit: limit))
        case .overBudget(let shortage): .refused(.budgetExceeded(shortage))
        }
    }

    /// Whatever goes wrong while waiting: the first order is on its way, so nobody is told that nothing was ordered.
    private func waitForAnswer(to job: JobID) async -> OrderEnd {
        let deadline = clock.uptime().adding(settings.repetitionPatience)
        while clock.uptime() < deadline {
            if let answer = try? await store.answer(to: job) { return .replay(job, answer) }
            guard (try? await sleeper.sleep(for: .milliseconds(100))) != nil else { break }
        }
        return .refused(.idempotencyInProgress(retryAfter: .seconds(2)), job: job)
    }

    /// No key can send: an earlier answer and a budget that is too small still come first, then why nothing is sent.
    private func refuseUnsent(
        _ order: Order, _ closure: KeyHealth.Closure?, by process: ProcessID
    ) async throws(SQLFailure) -> End {
        let reason = "no upstream key can send: \(closure?.reason.rawValue ?? "none is known")"
        let end = try await store.refuse(
            admission(of: order, readyKey: nil, by: process), reason: reason, at: clock.now())
        if let end { return .ended(await answer(end)) }
        let retryAfter = closure?.remaining ?? .seconds(30)
        switch closure?.reason {
        case .accountEmpty: return .ended(.refused(.upstreamBalanceLow(nil, retryAfter: retryAfter)))
        case .rateLimited: return .ended(.refused(.upstreamBusy(nil, retryAfter: retryAfter)))
        case .keyRejected, .unreachable, .unknownOutcomes, .none:
            return .ended(.refused(.upstreamUnavailable(nil, retryAfter: retryAfter)))
        }
    }

    /// The account spends what the books know nothing of.
    private func refuseUnexplained(_ order: Order, by process: ProcessID) async throws(SQLFailure) -> End {
        let end = try await store.refuse(
            admission(of: order, readyKey: nil, by: process),
            reason: "the account has spent more than the books know of",
            at: clock.now())
        if let end { return .ended(await answer(end)) }
        return .ended(.refused(.upstreamUnavailable(nil, retryAfter: .seconds(60))))
    }

    private func admission(of order: Order, readyKey: UpstreamKeyID?, by process: ProcessID) -> Admission {
        Admission(
            job: order.id, owner: order.owner, kind: order.request.kind.jobKind, quote: order.quote,
            fingerprint: OrderFingerprint.of(order.request),
            prompt: audited(order.request.prompt),
            idempotencyKey: order.options.idempotencyKey.map {
                IdempotencyKey(route: order.request.kind.route, text: $0)
            },
            duplicateWindow: looksForDuplicates(order) ? settings.duplicateWindow : nil,
            openJobsMax: order.openJobsMax, readyKey: readyKey, process: process, source: order.source)
    }

    private func audited(_ prompt: String) -> AuditedPrompt {
        AuditedPrompt(
            hash: masterKey.promptHash(prompt), characters: prompt.unicodeScalars.count,
            text: settings.keepsPrompts ? prompt : nil)
    }

    /// A key says itself what is a repetition; a window of zero turns the search off.
    private func looksForDuplicates(_ order: Order) -> Bool {
        order.options.idempotencyKey == nil && !order.options.allowsDuplicate && settings.duplicateWindow > .zero
    }
}
