import VinciAPI

/// One order between a gateway and Vinci. The first end counts; what comes later is a late reply.
final class Exchange: WorldBound, @unchecked Sendable {
    let call: Int
    private let life: GatewayLife
    private var continuation: CheckedContinuation<Reading<SubmitOutcome>, Never>?
    private var outcome: Reading<SubmitOutcome>?
    private var deadline: Timer?
    /// Told once, when the reply comes after the deadline.
    private var late: (@Sendable (Reading<SubmitOutcome>) async -> Void)?
    /// When it was given up; nil while it is not.
    private var timedOutAt: Int64?
    /// How long a connection is listened to after that: the client's `late_reply_patience`, in microseconds.
    private static let listening: Int64 = 300_000_000

    init(call: Int, life: GatewayLife) {
        self.call = call
        self.life = life
    }

    /// - late: told at most once, after the deadline has been the outcome.
    func outcome(
        within limit: Int64, late: @escaping @Sendable (Reading<SubmitOutcome>) async -> Void
    ) async -> Reading<SubmitOutcome> {
        self.late = late
        deadline = life.world.time.after(limit, as: life.owner) { [self] in timeOut() }
        life.open(self)
        return await withCheckedContinuation { continuation in
            self.continuation = continuation
            resume()
        }
    }

    /// Vinci's reply, or the news that there will be none, reaches the gateway's process.
    func arrive(_ outcome: SubmitOutcome, rateLimit: RateLimitReading? = nil) {
        life.world.scheduler.push(as: life.owner) { [self] in
            if let timedOutAt {
                guard life.world.time.elapsed - timedOutAt < Exchange.listening else { return }
                tellLate(Reading(outcome, rateLimit: rateLimit))
            } else {
                finish(Reading(outcome, rateLimit: rateLimit))
            }
        }
    }

    /// The gateway's process is gone.
    func abandon() {
        late = nil
        finish(Reading(.unknown(UnknownCause(status: nil, reason: "the process is gone"))))
    }

    private func timeOut() {
        guard outcome == nil else { return }
        timedOutAt = life.world.time.elapsed
        life.world.coverage.count("submit: deadline")
        finish(Reading(.unknown(UnknownCause(status: nil, reason: "no reply before the deadline"))))
    }

    private func tellLate(_ reading: Reading<SubmitOutcome>) {
        guard !life.isDead, let late else { return }
        self.late = nil
        if case .unknown = reading.outcome { return }
        life.world.coverage.count("submit: late reply")
        life.world.calls.noteVerdict(reading.outcome.verdict, of: call)
        Task { await late(reading) }
    }

    private func finish(_ outcome: Reading<SubmitOutcome>) {
        guard self.outcome == nil else { return }
        self.outcome = outcome
        deadline?.cancel()
        life.close(self)
        resume()
    }

    private func resume() {
        guard let outcome, let continuation else { return }
        self.continuation = nil
        life.world.scheduler.acting(as: life.owner) { continuation.resume(returning: outcome) }
    }
}
