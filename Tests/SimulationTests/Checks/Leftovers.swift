/// When all gateways have stopped, nothing of them is left: no task waits, no call is open.
struct Leftovers {
    let world: World

    func check() async {
        for host in world.hosts {
            for life in host.lives {
                await life.settled()
                life.letGo()
            }
        }
        if world.openCalls != 0 { world.violate("no task is left behind", "\(world.openCalls) calls are open") }
    }
}
