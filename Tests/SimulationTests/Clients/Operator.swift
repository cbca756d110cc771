import GatewayCore
import GatewayFlow

/// Somebody who looks into lost outcomes: asks Vinci's own records and tells the gateway the truth.
struct Operator {
    let world: World
    private let admin: Administrator

    init(_ world: World) {
        self.world = world
        admin = Administrator(world: world)
    }

    /// - percent: how many of the unknown orders are looked into.
    func resolve(_ percent: Int) async {
        let dice = world.clientDice
        for job in world.watch.jobs where job.state == "unknown" && dice.chance(percent) {
            guard let id = JobID(job.id), let finding = finding(job.id) else { continue }
            world.coverage.count("resolved: \(finding.kind)")
            await admin.call("resolve \(id) as \(finding)") { parts, permit in
                _ = try await parts.resolveUnknown(id, finding, reason: "seen at Vinci", permit)
            }
        }
    }

    /// Nil while a copy of the order may still reach Vinci.
    private func finding(_ job: String) -> Finding? {
        guard let call = world.calls.call(of: job), call.underWay == 0 else { return nil }
        guard let video = world.vinci.videos(of: call.number).first else { return .notCharged }
        guard video.hasEnded, world.clientDice.chance(40) else { return .found(RequestID(checked: video.id)) }
        return video.charged == 0 ? .notCharged : .charged(MicroUSD(count: video.charged))
    }
}

extension Finding {
    fileprivate var kind: String {
        switch self {
        case .found: "found"
        case .charged: "charged"
        case .notCharged: "not charged"
        }
    }
}
