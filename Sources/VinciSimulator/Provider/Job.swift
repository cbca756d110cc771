import VinciAPI

/// One job. What it looks like at any moment follows from its times; nothing has to tick.
struct Job: Sendable {
    /// Its number among all jobs, from 0.
    let number: Int
    let requestID: String
    let accountID: String
    let keyID: String
    let order: VideoOrder
    /// Seed of the picture; never −1.
    let seed: UInt64
    let createdAt: Moment
    /// How long it takes from order to end, as it seems to a reader of `progress`.
    let takes: Duration
    let neverEnds: Bool
    /// Set when it is to fail.
    let error: String?
    let length: VideoLength
    let estimate: USD
    /// What completing it costs.
    let cost: USD

    var endsAt: Moment? { neverEnds ? nil : createdAt.advanced(by: takes) }

    enum Phase: Sendable, Equatable {
        case pending
        /// 0…99.
        case processing(progress: Int)
        case completed
        case failed(String)

        var status: StatusReply.Status {
            switch self {
            case .pending: .pending
            case .processing: .processing
            case .completed: .completed
            case .failed: .failed
            }
        }

        var isEnd: Bool { self == .completed || status == .failed }
    }

    /// Pending for the first fifth of its time, then processing with a rising progress, then over.
    func phase(at now: Moment) -> Phase {
        if let endsAt, now >= endsAt { return error.map(Phase.failed) ?? .completed }
        let elapsed = now.since(createdAt)
        let wait = takes / 5
        guard elapsed >= wait else { return .pending }
        let worked = (elapsed - wait).microseconds / max(1, (takes - wait).microseconds / 100)
        return .processing(progress: Int(min(99, worked)))
    }
}
