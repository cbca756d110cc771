import GatewayCore
import GatewayStore

/// The gateway's books against Vinci's bill, when everything has come to its end.
struct EndCheck {
    let world: World

    func check() async {
        await checkLedger()
        for video in world.vinci.videos { check(video) }
        for job in world.watch.jobs { check(job) }
        checkAccount()
        world.coverage.count("orders admitted", world.watch.jobs.count)
        world.coverage.count("orders sent by clients", world.calls.all.count)
    }

    private func checkLedger() async {
        do {
            let proof = try await GatewayStore(world.store.database).verifyLedger()
            for violation in proof.violations {
                world.violate("\(violation.invariant): the ledger is sound", "\(violation.object) \(violation.detail)")
            }
            let captured = world.watch.jobs.reduce(0) { $0 + ($1.resolution?.charged ?? 0) }
            if proof.captured.count != captured {
                world.violate("I2: what is captured is the sum of the captures", "\(proof.captured.count), \(captured)")
            }
        } catch {
            world.violate("the ledger can be read", "\(error)")
        }
    }

    /// What Vinci has carried out is on the books.
    private func check(_ video: Video) {
        guard let id = world.calls[video.call].job, let job = world.watch[id] else {
            return world.violate("P3: what Vinci made was ordered", video.id)
        }
        switch job.state {
        case "accepted", "unknown": break
        case "completed", "written_off":
            guard job.resolution?.charged == video.charged else {
                let told = "\(id) captured \(job.resolution?.charged ?? -1), \(video.id) cost \(video.charged)"
                return world.violate("the true cost is captured", told)
            }
        default:
            let isCovered = video.charged == 0 || job.resolution?.isToVerify == true
            if !isCovered {
                world.violate("P1: money is never released silently", "\(id) is \(job.state), \(video.id)")
            }
        }
    }

    /// What the books say was carried out is at Vinci.
    private func check(_ job: WatchedJob) {
        guard let call = world.calls.call(of: job.id) else {
            return world.violate("P3: every order was a client's", job.id)
        }
        checkVerdict(job, call)
        if !["queued", "dispatching", "refused", "cancelled"].contains(job.state), job.answerKind == nil {
            world.violate("§4: whoever repeats an order that went out gets its answer", "\(job.id) is \(job.state)")
        }
        guard ["accepted", "completed", "failed"].contains(job.state) else { return }
        guard let video = job.requestID.flatMap({ world.vinci.video($0) }), video.call == call.number else {
            return world.violate("I7: one id for one order", "\(job.id) has \(job.requestID ?? "none")")
        }
        if job.state == "accepted", video.hasEnded {
            world.violate("every accepted order comes to its end", "\(job.id), \(video.id)")
        }
    }

    /// What the gateway has been told for certain is what it says, unless its process ended before it could.
    private func checkVerdict(_ job: WatchedJob, _ call: Calls.Call) {
        guard !call.isOrphaned, let verdict = call.verdict else { return }
        switch verdict {
        case .unknown: break
        case .refused:
            if job.state != "refused" {
                world.violate("§2: a proof of not created is used", "\(job.id) is \(job.state)")
            }
        case .accepted(let id):
            // Nor if the id was another order's; and an operator may have been faster, with evidence of another kind.
            let isOthers = world.vinci.video(id)?.call != call.number
            let isSettled = job.state == "written_off" || job.state == "refused"
            if !isOthers, !isSettled, job.requestID != id {
                world.violate("§2: an acceptance is used", "\(job.id) is \(job.state), Vinci said \(id)")
            }
        }
    }

    /// The account has paid no more than the books can explain.
    private func checkAccount() {
        var explained: Int64 = 0
        for job in world.watch.jobs {
            let paid = world.calls.call(of: job.id).map { call in
                world.vinci.videos(of: call.number).reduce(0) { $0 + $1.charged }
            }
            if job.resolution?.isToVerify == true {
                explained += max(job.hold?.amount ?? 0, paid ?? 0)
            } else if job.hasEnded {
                explained += job.taken
            } else {
                // An order that costs more than its hold is known only when it has ended.
                explained += max(job.taken, paid ?? 0)
            }
        }
        if world.vinci.totalSpent > explained {
            world.violate("§5: the account's total is explained", "\(world.vinci.totalSpent), \(explained)")
        }
    }
}
