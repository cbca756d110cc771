import AsyncHTTPClient
import Foundation
import GatewayAcceptance
import GatewayTesting
import Testing
import VinciSimulator

@Suite("A gateway on PostgreSQL", .timeLimit(.minutes(3))) struct PostgresTests {
    private static let key = "sk-upstream-key-of-the-postgres-tests"

    @Test("takes no orders while its server is away, goes on answering from memory, and does not end")
    func serverAway() async throws {
        let simulator = try VinciSimulator(
            SimulatorConfiguration(
                accounts: [AccountSeed(balance: .dollars(100), keys: [KeySeed(Self.key)])],
                jobDuration: .milliseconds(100)))
        let server = try await PostgresServer()
        try await simulator.serve { upstream in
            try await server.withDatabase { place in
                try await serve(on: place, upstream: upstream) { gateway, folder in
                    let office = gateway.administration
                    let house = try await office.household("studio")
                    let first = try await house.app.ordered("a harbour")
                    #expect(try await house.app.followed(first.requestID)["status"]?.string == "completed")

                    try await server.kill()
                    let refused = try await house.app.order("a lighthouse")
                    #expect(refused.status == 503, "\(refused.wire)")
                    #expect(refused["code"]?.string == "storage_unavailable")
                    try await eventually("the gateway to say that it takes no orders") {
                        try await office.admin.get("/readyz").text == "storage unavailable\n"
                    }
                    #expect(try await house.app.status(first.requestID)["status"]?.string == "completed")
                    #expect(gateway.process.exit == nil)

                    try await server.startAgain()
                    try await eventually("the gateway to be ready again") {
                        try await office.admin.get("/readyz").status == 200
                    }
                    let second = try await house.app.ordered("a lighthouse").requestID
                    #expect(try await house.app.followed(second)["status"]?.string == "completed")
                    #expect(try await office.ledgerIsSound())
                    #expect(try await gateway.stop().exit == 0)
                    #expect(gateway.process.errors.contains("the database can be used again"))

                    let verified = try await run(["ledger", "verify", "--store", place.tcpURL()], in: folder)
                    #expect(verified.exit == 0, "\(verified.stdout)\(verified.stderr)")
                    for text in [gateway.process.errors, gateway.process.output, verified.stdout, verified.stderr] {
                        #expect(!text.contains(PostgresServer.password))
                    }
                }
            }
        }
    }

    @Test("does not start where the store cannot be used, and says what to look at")
    func refusals() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let port = place.server.port
            let cases: [(String, Int32, String)] = [
                (place.tcpURL(port: 1), 70, "Check that PostgreSQL runs there"),
                (place.tcpURL(password: "canary-7"), 78, "Check user and password"),
                ("postgres://gateway:canary-7@127.0.0.1:\(port)/nowhere", 78, "Check user and password"),
                ("postgres:///nowhere?host=\(place.server.folder)&port=\(port)&user=gateway", 78, "CREATE DATABASE"),
                (place.tcpURL() + "?sslmode=require", 78, "Check sslmode"),
                ("postgres://gateway:canary-7@127.0.0.1/x?colour=red", 78, "Check store.url"),
            ]
            for (url, exit, advice) in cases {
                let ended = try await serveInVain(url)
                #expect(ended.exit == exit, "\(ended.stderr)")
                #expect(ended.stderr.contains("The store does not open: "), "\(ended.stderr)")
                #expect(ended.stderr.contains(advice), "\(ended.stderr)")
                #expect(!ended.stderr.contains("canary") && !ended.stderr.contains(PostgresServer.password))
            }
            try await place.server.administrate("ALTER DATABASE \(place.name) SET default_transaction_read_only = on")
            let readOnly = try await serveInVain(place.url)
            #expect(readOnly.exit == 70)
            #expect(readOnly.stderr.contains("Let store.url name the server that can be written"), "\(readOnly.stderr)")
        }
    }

    @Test("is looked at by the doctor before its first start, after it, and when its server is away")
    func doctor() async throws {
        try await PostgresServer.shared().withDatabase { place in
            try await withFolder { folder, configuration in
                let arguments = ["doctor", "--config", configuration.path]
                let first = try await run(arguments, in: folder, store: place.url)
                #expect(first.stdout.contains("is empty; the first start makes its tables"), "\(first.stdout)")
                let made = try await run(["init", "--config", configuration.path], in: folder, store: place.url)
                #expect(made.exit == 0, "\(made.stderr)")
                let second = try await run(arguments, in: folder, store: place.url)
                #expect(second.stdout.contains("the ledger adds up (0 jobs"), "\(second.stdout)")
                #expect(second.stdout.contains("the store was written with it"), "\(second.stdout)")
                let third = try await run(arguments, in: folder, store: place.tcpURL(port: 1))
                #expect(third.exit == 1)
                #expect(third.stdout.contains("BAD   store: The store does not open: "), "\(third.stdout)")
                #expect(!third.stdout.contains(PostgresServer.password))
            }
        }
    }

    @Test("verifies no store on which no gateway was ever started")
    func emptyStore() async throws {
        try await PostgresServer.shared().withDatabase { place in
            try await withFolder { folder, _ in
                let ended = try await run(["ledger", "verify", "--store", place.url], in: folder)
                #expect(ended.exit == 70)
                #expect(ended.stderr.contains("is empty: no gateway was ever started on it"), "\(ended.stderr)")
            }
        }
    }

    // MARK: The program

    private func serve(
        on place: PostgresPlace, upstream: String,
        _ body: (GatewayProcess, GatewayAcceptance.TemporaryFolder) async throws -> Void
    ) async throws {
        try await withFolder(upstream: upstream) { folder, configuration in
            try await HTTPClient.forTests { http in
                let gateway = try await GatewayProcess.serve(
                    configuration, in: folder, http: http, environment: ["VINCI_GATEWAY_STORE_URL": place.tcpURL()])
                try await body(gateway, folder)
            }
        }
    }

    private func serveInVain(_ url: String) async throws -> ChildProcess.Ended {
        try await withFolder { folder, configuration in
            try await run(["serve", "--config", configuration.path], in: folder, store: url)
        }
    }

    private func run(
        _ arguments: [String], in folder: GatewayAcceptance.TemporaryFolder, store: String? = nil
    ) async throws -> ChildProcess.Ended {
        try await ChildProcess.run(
            GatewayProcess.program, arguments,
            environment: GatewayProcess.environment(store.map { ["VINCI_GATEWAY_STORE_URL": $0] } ?? [:]), in: folder)
    }

    /// Nobody is asked at this upstream: it is for starts that do not get so far.
    private func withFolder<Value>(
        upstream: String = "http://127.0.0.1:9/api",
        _ body: (GatewayAcceptance.TemporaryFolder, URL) async throws -> Value
    ) async throws -> Value {
        let folder = try GatewayAcceptance.TemporaryFolder()
        defer { folder.remove() }
        return try await body(
            folder, try GatewayProcess.configure(folder, upstream: upstream, keys: [Self.key]))
    }
}
