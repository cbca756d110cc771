import GatewayCore
import GatewayFlow
import NIOCore
import ServiceLifecycle

/// Measures how late timers fire on the event loops: the first sign that something blocks them.
struct LoopLagSampler: Service {
    let group: any EventLoopGroup
    let metrics: GatewayMetrics
    let clock: any WallClock
    let sleeper: any Clock<Duration>

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { await sample() } while (try? await sleeper.sleep(for: .seconds(5))) != nil
        }
    }

    private func sample() async {
        let planned = clock.uptime()
        let pause: Duration = .milliseconds(10)
        let fired = try? await group.next().scheduleTask(in: .milliseconds(10)) { clock.uptime() }.futureResult.get()
        guard let fired else { return }
        metrics.eventLoopLag(max(.zero, fired.since(planned) - pause))
    }
}
