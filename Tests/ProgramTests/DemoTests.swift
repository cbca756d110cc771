import AsyncHTTPClient
import Foundation
import GatewayAcceptance
import Testing
import VinciAPI

@Suite("To try it out") struct DemoTests {
    @Test("demo --once orders a real video through the public port, shows each step, and leaves nothing behind")
    func demo() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let ended = try await ChildProcess.run(
            GatewayProcess.program, ["demo", "--once", "--public-port", "0", "--admin-port", "0"],
            environment: GatewayProcess.environment(["TMPDIR": folder.path]), in: folder)
        #expect(ended.exit == 0, "\(ended.stdout)\(ended.stderr)")
        for step in ["team", "token", "budget", "order", "poll", "video", "audit"] {
            #expect(ended.stdout.firstMatch(of: try Regex("(?m)^[1-8]  \(step)")) != nil, "\(step) is missing")
        }
        #expect(ended.stdout.contains("completed: 5.2 s of video, cost $0.26"))
        #expect(ended.stdout.hasSuffix("Every step held.\n"), "\(ended.stdout)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!left.contains { $0.hasPrefix("vinci-gateway-demo") }, "\(left)")
    }

    @Test("simulate is a Vinci that a client can order from, until it is told to stop")
    func simulate() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let process = try ChildProcess(
            GatewayProcess.program,
            [
                "simulate", "--port", "0", "--job-seconds", "1", "--key", "sk-practice", "--requests-per-minute",
                "10000",
            ],
            environment: GatewayProcess.environment(), in: folder)
        let origin = try await eventually("the simulator to say where it is") {
            process.output.firstMatch(of: /base URL  (http.*)\/api\n/).map { String($0.1) }
        }
        try await HTTPClient.forTests { http in
            let client = WebClient(origin, token: "sk-practice", http: http)
            let order = try await client.order("a harbour")
            #expect(order.status == 200, "\(order.wire)")
            let id = try #require(order["request_id"]?.string)
            try await eventually("the video") {
                try await client.get("/api/v1/status/\(id)")["status"]?.string == "completed"
            }
            #expect(try await client.get("/simulator/v1/bill")["totals"]?["charged_usd"]?.decimal == usd("0.25"))
        }
        process.signal(SIGTERM)
        #expect(try await process.ended().exit == 0)
    }
}
