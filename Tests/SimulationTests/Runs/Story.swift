import GatewayCore
import GatewayFlow

/// What happens in a world, from its beginning to the last check.
struct Story {
    let world: World

    func tell() async {
        let running = Task { await runGateways() }
        guard let cast = await Setting(world: world).build() else {
            return world.violate("a world can be set up", "no team or token")
        }
        for act in 0..<world.plan.actCount {
            if act > 0 { await interlude() }
            world.trace.note("act", "\(act + 1)")
            await play(cast, Script(world.planDice, world.plan, cast, act: act))
        }
        await Healing(world: world).heal()
        await EndCheck(world: world).check()
        for host in world.hosts { await host.close() }
        await running.value
        await Leftovers(world: world).check()
    }

    private func runGateways() async {
        await withDiscardingTaskGroup { group in
            for host in world.hosts { group.addTask { await host.keepRunning() } }
        }
    }

    private func play(_ cast: Cast, _ script: Script) async {
        switchTrouble(on: true)
        await withDiscardingTaskGroup { group in
            for order in script.orders {
                group.addTask { await OrderingClient(world: world, intent: order).run() }
            }
            for (delay, act) in script.acts {
                group.addTask { await Administrator(world: world).perform(act, after: delay) }
            }
            for delay in script.questions {
                group.addTask {
                    await AskingClient(world: world, customer: cast.anyone(world.clientDice)).ask(after: delay)
                }
            }
            for delay in script.resolutions {
                group.addTask {
                    await world.sleep(delay)
                    await Operator(world).resolve(50)
                }
            }
            group.addTask { await world.chaos.run(for: script.length) }
        }
        switchTrouble(on: false)
    }

    private func switchTrouble(on isOn: Bool) {
        world.chaos.isOn = isOn
        world.vinci.isHealed = !isOn
    }

    /// Between two acts time passes at once, as if nothing but videos happened, and calendars may be moved.
    private func interlude() async {
        await world.rest()
        let dice = world.planDice
        switch dice.index(4) {
        case 0: break
        case 1: world.leap(dice.between(60, 900) * 1_000_000)
        case 2: world.leap(dice.between(1, 30) * 3600 * 1_000_000)
        default: world.moveDate(by: dice.between(1, 32 * 86_400) * 1_000_000)
        }
        await world.sleep(1_000_000)
    }
}

extension World {
    /// Returns when no gateway works on a call any more, and all are up.
    func rest() async {
        for _ in 0..<600 {
            if isQuiet, hosts.allSatisfy({ $0.serving != nil }) { return }
            await sleep(500_000)
        }
        violate("§3: every call comes to its end", "\(openCalls) are still open after five minutes")
    }

    /// Nobody waits for a gateway, and nothing is on its way to Vinci: time may pass in one step.
    var isQuiet: Bool { openCalls == 0 && calls.all.allSatisfy { $0.underWay == 0 } }

    func leap(_ microseconds: Int64) {
        trace.note("leap", "\(microseconds)")
        time.leap(microseconds)
    }
}
