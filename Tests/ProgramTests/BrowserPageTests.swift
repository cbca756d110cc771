import Foundation
import GatewayAcceptance
import Testing
import VinciAPI
import VinciSimulator

/// `config/examples/browser.html`, served from another origin than the gateway's.
@Suite(
    "The example page in a real browser",
    .disabled(if: ProcessInfo.processInfo.environment["VINCI_TEST_WITHOUT_BROWSER"] == "1", "switched off"))
struct BrowserPageTests {
    private static func page() throws -> PageServer {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "config/examples/browser.html")
        return PageServer(html: try String(contentsOf: file, encoding: .utf8))
    }

    @Test("orders, follows every change to the end, and plays the video")
    func plays() async throws {
        let chromium = try await Chromium()
        defer { chromium.close() }
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .seconds(3))) { gateway in
            try await Self.page().serve { port in
                let token = try await Self.token(gateway, for: port)
                let seen = try await chromium.order(at: port, from: gateway.door.origin, token: token)
                let states = try #require(seen["states"]?.list).compactMap(\.string)
                #expect(states.first == "pending" && states.last == "completed", "\(seen)")
                #expect(states.contains { $0.hasPrefix("processing") && $0.hasSuffix(" %") }, "\(seen)")
                #expect(seen["problem"]?.string == "")
                #expect(seen["duration"]?.decimal == 3)
                #expect(seen["picture"]?.bool == true)
                #expect(gateway.simulator.requests.postCount == 1)
                // It was told, and did not ask.
                let metrics = try await gateway.admin.get("/metrics").text
                #expect(metrics.contains(/route="\/gateway\/v1\/jobs\/[^"]*\/events",status="200"\} 1\n/), "\(metrics)")
                #expect(!metrics.contains(#"route="/api/v1/status"#))
            }
        }
    }

    @Test("says why a job failed")
    func failed() async throws {
        let chromium = try await Chromium()
        defer { chromium.close() }
        var settings = RunningGateway.Settings()
        settings.faults = [
            FaultRule(match: FaultMatch(.submitText), action: .job(JobFate(error: "The harbour was closed")))
        ]
        try await RunningGateway.run(settings) { gateway in
            try await Self.page().serve { port in
                let token = try await Self.token(gateway, for: port)
                let seen = try await chromium.order(at: port, from: gateway.door.origin, token: token)
                #expect(seen["problem"]?.string == "The harbour was closed", "\(seen)")
            }
        }
    }

    @Test("shows the gateway's own words for a refusal, and says what may be wrong when there are none")
    func refused() async throws {
        let chromium = try await Chromium()
        defer { chromium.close() }
        try await RunningGateway.run { gateway in
            try await Self.page().serve { port in
                let token = try await Self.token(gateway, for: port)
                let unknown = try await chromium.order(at: port, from: gateway.door.origin, token: "sk-vgw-mistyped")
                #expect(unknown["problem"]?.string == "Invalid API key", "\(unknown)")
                try await gateway.administration.setBudget("team/studio", "month", "0.05")
                let poor = try await chromium.order(at: port, from: gateway.door.origin, token: token)
                #expect(poor["problem"]?.string?.hasPrefix("Insufficient balance.") == true, "\(poor)")
                try await Self.page().serve { unlisted in
                    let kept = try await chromium.order(at: unlisted, from: gateway.door.origin, token: token)
                    let problem = kept["problem"]?.string
                    #expect(problem?.contains("does the token allow http://localhost:\(unlisted)?") == true, "\(kept)")
                }
                #expect(gateway.simulator.requests.postCount == 0)
            }
        }
    }

    /// A token that may be used from the page.
    private static func token(_ gateway: RunningGateway, for port: Int) async throws -> String {
        let office = gateway.administration
        try await office.makeTeam("studio")
        let house = try await office.issueToken("studio", #", "allowed_origins": ["http://localhost:\#(port)"]"#)
        return try #require(house.app.token)
    }
}
