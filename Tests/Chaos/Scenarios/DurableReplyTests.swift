import Foundation
import GatewayAcceptance
import Testing

extension ChaosOnSQLite {
    /// No 2xx leaves before its commit has reached the disk: seen from outside, by the system calls of the running program.
    @Suite("A reply to an order", .disabled(if: Strace.hindrance != nil, "\(Strace.hindrance ?? "")"))
    struct DurableReplyTests {
        @Test("leaves after the fsync of its commit")
        func afterSync() async throws {
            let order = try await promises(ofOrders: 150)
            #expect(order.early.isEmpty, "\(order.early.count) left early: \(order.early.prefix(5))")
            #expect(order.sent.count >= 50, "only \(order.sent.count) replies were seen")
            print("chaos: \(order.sent.count) request ids sent, each after one of \(order.syncs) fsyncs of the log")
        }

        /// The control: the program is the same, but the kernel does none of its fsyncs, as with `synchronous=OFF`.
        @Test("is seen to leave early where nothing is synced")
        func withoutSync() async throws {
            let order = try await promises(ofOrders: 40, isSynced: false)
            #expect(order.syncs == 0)
            #expect(!order.sent.isEmpty && order.early == order.sent)
        }

        /// The control for the setting itself. The gateway refuses to run with NORMAL, and a switch that lets it would be worse
        /// than no proof; so the same library does the same thing in a few lines of Python: commit, then say so.
        @Test(
            "of another program is seen to wait with synchronous=FULL and not with NORMAL",
            arguments: ["FULL", "NORMAL"])
        func control(synchronous: String) async throws {
            let folder = try GatewayAcceptance.TemporaryFolder()
            defer { folder.remove() }
            let trace = folder.url.appending(path: "trace")
            let command = Strace.recording(to: trace) + ["python3", "-c", Self.teller, folder.store.path, synchronous]
            try FileManager.default.createDirectory(at: folder.data, withIntermediateDirectories: true)
            let process = try ChildProcess(
                command[0], Array(command.dropFirst()), environment: GatewayProcess.environment(), in: folder)
            let ended = try await process.ended()
            #expect(ended.exit == 0, "\(ended.stderr)")
            let order = PromiseOrder(SyscallTrace(try await Strace.record(trace, of: process)))
            #expect(order.sent.count == 20)
            #expect(order.early.count == (synchronous == "FULL" ? 0 : 20))
        }

        private static let teller = """
            import socket, sqlite3, sys
            mouth, ear = socket.socketpair()
            store = sqlite3.connect(sys.argv[1], isolation_level=None)
            store.execute("PRAGMA journal_mode = WAL")
            store.execute("PRAGMA synchronous = " + sys.argv[2])
            store.execute("CREATE TABLE job (request_id TEXT)")
            for number in range(20):
                request = "req_%024d" % number
                store.execute("BEGIN IMMEDIATE")
                store.execute("INSERT INTO job VALUES (?)", [request])
                store.execute("COMMIT")
                mouth.sendall(request.encode())
            """

        private func promises(ofOrders count: Int, isSynced: Bool = true) async throws -> PromiseOrder {
            var order: PromiseOrder?
            try await ChaosWorld.run(.draw()) { world in
                let gateway = try world.gateway()
                let crowd = try await KillCampaign(world: world, gateway: gateway).crowd
                let trace = world.folder.url.appending(path: "trace")
                let life = try await gateway.live(under: Strace.recording(to: trace, isSynced: isSynced))
                try await world.load(crowd, apps: 16).run {
                    try await eventually("\(count) orders", within: .seconds(60)) { world.log.count >= count }
                }
                try await world.checkEverything(life, crowd, repeated: 0)
                #expect(try await gateway.stop(life).exit == 0)
                order = PromiseOrder(SyscallTrace(try await Strace.record(trace, of: life.process)))
                let told = Set(world.log.entries.compactMap(\.acceptedID))
                #expect(try #require(order).sent.isSuperset(of: told), "a reply is missing in the trace")
            }
            return try #require(order)
        }
    }
}
