import GatewayCore
import GatewayFlow
import SQLDatabase

/// The world becomes good: every fault stops, every gateway runs. What has to come to an end must do so now, without any
/// further restart.
struct Healing {
    let world: World

    func heal() async {
        world.trace.note("healing")
        for host in world.hosts {
            host.life?.crashPlan = nil
            host.life?.freezeBeforePost = nil
        }
        await world.rest()
        if world.plan.operatorIsLate { await reconcile() }
        await settle()
        for percent in [60, 50] {
            await Operator(world).resolve(percent)
            await settle()
        }
        await waitForStalls()
        await lookEverywhere()
    }

    /// Every gateway tells the end of every order, whichever of them has followed it.
    private func lookEverywhere() async {
        // As old as an answer from memory may be. A reply that comes late may have brought one more order back meanwhile.
        await world.sleep(6_000_000)
        await settle()
        for host in world.hosts {
            for job in world.watch.jobs where job.hasEnded {
                guard let customer = world.calls.call(of: job.id)?.customer else { continue }
                let head = RequestHead(bearer: customer.text.reveal(), origin: .none, source: .none)
                let end = await host.call { parts -> JobStatus? in
                    guard let paced = try? await parts.checks.pass(head, for: .readStatus) else { return nil }
                    return try? await parts.readStatus(paced, job.id, wait: nil, from: .none).status
                }
                guard let status = end.reply ?? nil else { continue }
                if !status.isEnded { world.violate("every gateway knows every end", "\(job.id) at \(host.number)") }
            }
        }
    }

    /// Two hours in which nobody looks into lost outcomes, so that the account's total may settle them.
    private func reconcile() async {
        guard world.watch.jobs.contains(where: { $0.state == "unknown" }) else { return }
        for _ in 0..<70 {
            await world.sleep(2_000_000)
            if world.isQuiet { world.leap(100_000_000) }
        }
    }

    /// To the end of the longest one.
    private func waitForVideos() async {
        let last = world.vinci.videos.compactMap { $0.hasEnded ? nil : $0.endsAt }.max()
        guard let last, last > world.time.elapsed else { return }
        if last - world.time.elapsed > 60_000_000 { world.leap(last - world.time.elapsed) }
        await world.sleep(max(0, last - world.time.elapsed) + 1)
    }

    /// Until all is settled, or nothing has moved for half an hour. In coarse steps, since nobody waits for anything in
    /// between; but who watches the beats of others starts over after each leap, so on a shared store there is a minute
    /// without one now and then.
    private func settle() async {
        await waitForVideos()
        var (left, round) = (unsettled.count, 0)
        while round < 160 {
            await world.sleep(2_000_000)
            let now = unsettled.count
            if now == 0 { return }
            (left, round) = now < left ? (now, 0) : (left, round + 1)
            let isWatching = world.plan.isShared && round % 80 < 40
            if world.isQuiet, !isWatching { world.leap(20_000_000) }
        }
        for job in unsettled {
            world.violate("every order comes to its end", "\(job.id) is still \(job.state)")
        }
    }

    private var unsettled: [WatchedJob] {
        world.watch.jobs.filter { job in
            switch job.state {
            case "queued", "dispatching": true
            case "accepted": video(of: job)?.hasEnded != false
            default: false
            }
        }
    }

    /// What has no end for a day is reported.
    private func waitForStalls() async {
        let endless = world.watch.jobs.filter { $0.state == "accepted" && video(of: $0)?.endsAt == nil }
        guard !endless.isEmpty else { return }
        // What a process that is gone has followed must have been taken over: whoever watches beats starts over after a leap.
        if world.plan.isShared { await world.sleep(30_000_000) }
        world.leap(25 * 3600 * 1_000_000)
        for _ in 0..<60 {
            await world.sleep(2_000_000)
            world.leap(20_000_000)
        }
        await world.sleep(2_000_000)
        for job in endless where ((try? world.watch[job.id]?.row.integerIfAny("stalled_us")) ?? nil) == nil {
            world.violate("§2: an order without an end is reported", job.id)
        }
        world.coverage.count("stalled", endless.count)
    }

    private func video(of job: WatchedJob) -> Video? { job.requestID.flatMap { world.vinci.video($0) } }
}
