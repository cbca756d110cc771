import Foundation
import GatewayAcceptance
import GatewayTesting
import Testing

extension ChaosOnPostgres {
    @Suite("A gateway whose PostgreSQL fails under load") struct DatabaseFaultTests {
        enum Fault: String, CaseIterable {
            case connectionsEnded = "all connections ended"
            case crash = "server killed and started again"
            case frozen = "server frozen for three seconds"
            case restart = "server restarted"
            /// Longer than a process counts as alive.
            case frozenLong = "server frozen for nine seconds"
        }

        @Test("recovers by itself each time; nothing is lost and nothing doubled")
        func faults() async throws {
            let server = try await PostgresServer()
            try await server.withDatabase { place in
                try await ChaosWorld.run(.draw(), store: .postgres(place)) { world in
                    let gateway = try world.gateway()
                    let life = try await gateway.live()
                    let crowd = try await Crowd.settle(at: life.administration)
                    try await world.load(crowd, pause: .milliseconds(800)).run {
                        for fault in Fault.allCases { try await go(through: fault, server, life, world) }
                    }
                    try await world.checkEverything(life, crowd)
                    #expect(life.process.exit == nil, "it ended: \(life.process.errors)")
                    #expect(try await gateway.stop(life).exit == 0)
                    try await world.checkOffline()
                    try await world.report("PostgreSQL's faults under load")
                }
            }
        }

        private func go(
            through fault: Fault, _ server: PostgresServer, _ life: GatewayProcess, _ world: ChaosWorld
        ) async throws {
            try await moreOrders(10, than: world.log.acceptedCount, world, before: fault)
            try await bring(fault, to: server)
            let start = ContinuousClock.now
            try await MortalGateway.ready(life)
            let ready = ContinuousClock.now - start
            try await moreOrders(5, than: world.log.acceptedCount, world, before: fault)
            let orders = ContinuousClock.now - start
            print(
                "chaos: \(fault.rawValue): ready after \(ready.inMilliseconds), five more orders after \(orders.inMilliseconds)"
            )
        }

        private func bring(_ fault: Fault, to server: PostgresServer) async throws {
            switch fault {
            case .connectionsEnded:
                for _ in 1...5 {
                    try await server.administrate(
                        "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '\(PostgresServer.role)'"
                    )
                    try await Task.sleep(for: .milliseconds(200))
                }
            case .crash:
                try await server.kill()
                try await Task.sleep(for: .seconds(1))
                try await server.startAgain()
            case .restart:
                try await server.restart()
            case .frozen:
                try await freeze(server, for: .seconds(3))
            case .frozenLong:
                try await freeze(server, for: .seconds(9))
            }
        }

        private func freeze(_ server: PostgresServer, for pause: Duration) async throws {
            try server.freeze()
            try await Task.sleep(for: pause)
            try server.thaw()
        }

        private func moreOrders(_ count: Int, than before: Int, _ world: ChaosWorld, before fault: Fault) async throws {
            try await eventually("\(count) more orders (\(fault.rawValue))", within: .seconds(60)) {
                world.log.acceptedCount >= before + count
            }
        }
    }
}
