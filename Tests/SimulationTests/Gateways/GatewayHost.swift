/// A machine that runs a gateway and starts it again after it has crashed or was stopped.
final class GatewayHost: WorldBound, @unchecked Sendable {
    let number: Int
    private let skew: Int64
    private unowned let world: World
    private(set) var life: GatewayLife?
    /// All that ever ran here.
    private(set) var lives: [GatewayLife] = []
    private var isClosed = false

    init(_ number: Int, skew: Int64, in world: World) {
        self.number = number
        self.skew = skew
        self.world = world
    }

    /// Keeps a gateway running until ``close()``.
    func keepRunning() async {
        while !isClosed {
            let life = world.newLife(on: number, skew: skew)
            self.life = life
            lives.append(life)
            let end = await life.run()
            self.life = nil
            if isClosed { return }
            world.coverage.count("restart after: \(end)")
            await world.sleep(world.chaos.restartPause())
        }
    }

    /// The gateway that takes calls here, if one does.
    var serving: GatewayLife? { life.flatMap { $0.isServing ? $0 : nil } }

    /// For the end of a seed.
    func close() async {
        isClosed = true
        await life?.stop()
    }
}
