import GatewayCore

/// Every order that a client has sent to a gateway, and what is known about it outside of the gateway: which job it was
/// admitted as, how often it went out to Vinci, what the gateway was told.
final class Calls: WorldBound, @unchecked Sendable {
    /// What Vinci's answer proved to the gateway that sent the order.
    enum Verdict: Equatable {
        case accepted(String)
        case refused
        case unknown
    }

    struct Call {
        let number: Int
        let customer: Customer
        let key: String?
        let prompt: String
        let seconds: Int
        let allowsDuplicate: Bool
        /// The gateway that it was sent to, and when.
        let owner: Owner
        let begun: Int64
        /// Known since its admission was committed.
        var job: String?
        var posts = 0
        /// Copies of the order that are still on their way to Vinci.
        var underWay = 0
        var verdict: Verdict?
        /// The gateway lost its process before the verdict can have been recorded for certain.
        var isOrphaned = false
    }

    private unowned let world: World
    private(set) var all: [Call] = []
    private var byJob: [String: Int] = [:]

    init(in world: World) { self.world = world }

    func begin(
        _ customer: Customer, key: String?, prompt: String, seconds: Int, allowsDuplicate: Bool, at owner: Owner
    ) -> Int {
        all.append(
            Call(
                number: all.count, customer: customer, key: key, prompt: prompt, seconds: seconds,
                allowsDuplicate: allowsDuplicate, owner: owner, begun: world.time.elapsed))
        return all.count - 1
    }

    subscript(number: Int) -> Call { all[number] }

    func call(of job: String) -> Call? { byJob[job].map { all[$0] } }

    /// An admission was committed during this call.
    func noteAdmission(of job: String, during number: Int) {
        if let earlier = all[number].job { world.violate("one order is admitted once", "\(earlier) and \(job)") }
        all[number].job = job
        byJob[job] = number
    }

    /// The first byte of the order is about to leave.
    func notePost(of number: Int) {
        all[number].posts += 1
        let call = all[number]
        guard call.posts == 1 else { return world.violate("P1: an order is sent at most once", "call \(number)") }
        guard let job = call.job else { return world.violate("P1: no order is sent without a hold", "call \(number)") }
        let state = world.watch.state(of: job)
        guard state == "dispatching" else {
            return world.violate("P1: an order is sent only while its record says so", "\(job) is \(state ?? "gone")")
        }
    }

    func noteDeparture(of number: Int) { all[number].underWay += 1 }
    func noteArrival(of number: Int) { all[number].underWay -= 1 }

    func noteVerdict(_ verdict: Verdict, of number: Int) { all[number].verdict = verdict }

    func noteCrash(of owner: Owner) {
        for number in all.indices where all[number].owner == owner { all[number].isOrphaned = true }
    }

    /// Vinci has accepted a video.
    func check(_ video: Video) {
        let call = all[video.call]
        guard let key = call.key else { return }
        let rivals = world.vinci.videos.filter { other in
            other !== video && all[other.call].key == key && all[other.call].customer.team == call.customer.team
        }
        // A key is kept for a day at least; see ReplyCheck for why dates are compared this way.
        for rival in rivals where !world.replies.mayBeForgotten(key, of: call.customer.team) {
            world.violate("P5: a key never makes a second video", "\(key): \(rival.id), \(video.id)")
        }
    }
}
