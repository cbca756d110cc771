import Foundation
import GatewayCore
import VinciAPI

/// Vinci as it really is in this world, with its own bill. It believes nothing that the gateway says about money.
final class Vinci: WorldBound, @unchecked Sendable {
    private unowned let world: World
    private(set) var videos: [Video] = []
    private var byID: [String: Video] = [:]
    /// Whether the account pays when an order is accepted, or when it is done.
    let paysAtOnce: Bool
    /// While true, everything works and tells the truth.
    var isHealed = false

    init(paysAtOnce: Bool, in world: World) {
        self.paysAtOnce = paysAtOnce
        self.world = world
    }

    var dice: Dice { world.upstreamDice }

    /// What the account has spent.
    var totalSpent: Int64 { videos.reduce(0) { $0 + $1.charged } }

    func video(_ id: String) -> Video? { byID[id] }

    func videos(of call: Int) -> [Video] { videos.filter { $0.call == call } }

    /// An order arrives and is accepted.
    func accept(_ request: VideoRequest, of call: Int) -> Video {
        let now = world.time.elapsed
        let fate = drawFate(seconds: request.durationSeconds)
        var endsAt: Int64?
        if case .endless = fate {} else { endsAt = now + drawLength() }
        let isHidden = !isHealed && world.plan.trouble.status > 0 && dice.chance(10)
        let video = Video(
            id: "vid-\(videos.count + 1)", call: call, seconds: request.durationSeconds, fate: fate, acceptedAt: now,
            visibleAt: isHidden ? now + dice.between(1_000_000, 60_000_000) : now, endsAt: endsAt,
            paidAtOnce: paysAtOnce)
        videos.append(video)
        byID[video.id] = video
        world.trace.note("accepted by Vinci", "call \(call) \(video.id) \(fate)")
        world.calls.check(video)
        if let endsAt { world.time.after(endsAt - now) { [self] in end(video) } }
        return video
    }

    private func end(_ video: Video) {
        video.end()
        world.trace.note("ended at Vinci", video.id)
    }

    private func drawFate(seconds: Int) -> Video.Fate {
        let estimate = Int64(seconds) * World.pricePerSecond
        let kind = dice.pick(weighted: world.plan.fates)
        world.coverage.count("video: \(kind)")
        switch kind {
        case .asEstimated: return .completed(cost: estimate, tells: .plainly)
        case .cheaper: return .completed(cost: dice.between(1, estimate), tells: .plainly)
        case .dearer: return .completed(cost: estimate + estimate / 25, tells: .plainly)
        case .aboveHold: return .completed(cost: estimate * dice.between(12, 40) / 10, tells: .plainly)
        case .withFraction: return .completed(cost: dice.between(1, estimate), tells: .withFraction)
        case .free: return .completed(cost: 0, tells: .plainly)
        case .costLeftOut: return .completed(cost: estimate, tells: .leftOut)
        case .failing: return .failed
        case .endless: return .endless
        }
    }

    private func drawLength() -> Int64 {
        switch dice.index(20) {
        case 0: dice.between(1_000, 1_000_000)
        // An account that pays in the end must do so before the reconciler takes "not charged yet" for "never charged"
        // (`Reconciliation.Terms.evidenceAge`, 15 min): how long Vinci may take is an assumption of the product's.
        case 1: dice.between(90, paysAtOnce ? 5 * 3600 : 600) * 1_000_000
        default: dice.between(2_000_000, 90_000_000)
        }
    }
}

extension Vinci {
    /// The true answer to a status call.
    func status(of id: String) -> QueryOutcome<StatusReply> {
        let now = world.time.elapsed
        guard let video = byID[id], video.visibleAt <= now else {
            return .failed(.status(404, detail: "Job not found", retryAfterSeconds: nil))
        }
        guard video.hasEnded else { return .reply(live(video, at: now)) }
        switch video.fate {
        case .completed(let cost, let report): return .reply(completed(video, cost, report))
        case .failed, .endless:
            return .reply(StatusReply(requestID: id, status: .failed, error: "Generation failed"))
        }
    }

    /// The truth about a moment that is over.
    func staleStatus(of id: String) -> QueryOutcome<StatusReply> {
        .reply(StatusReply(requestID: id, status: dice.chance(50) ? .pending : .processing, progress: 10))
    }

    private func live(_ video: Video, at now: Int64) -> StatusReply {
        let age = now - video.acceptedAt
        guard age > 2_000_000 else { return StatusReply(requestID: video.id, status: .pending) }
        let length = video.endsAt.map { max(1, $0 - video.acceptedAt) }
        return StatusReply(
            requestID: video.id, status: .processing, progress: length.map { Decimal(min(99, age * 100 / $0)) })
    }

    private func completed(_ video: Video, _ cost: Int64, _ report: Video.CostReport) -> StatusReply {
        let told: Decimal? =
            switch report {
            case .plainly: Decimal(cost) / 1_000_000
            case .withFraction: (Decimal(cost) - Decimal(3) / 10) / 1_000_000
            case .leftOut: nil
            }
        return StatusReply(
            requestID: video.id, status: .completed, videoURL: "https://cdn.vinci.example/\(video.id).mp4",
            durationSeconds: Decimal(video.seconds), costUSD: told)
    }
}
