import Foundation
import GatewayAcceptance
import NIOHTTP1
import Testing
import VinciAPI

@Suite("The metrics") struct MetricsTests {
    @Test("have the promised names, and no label holds an id, a path or a secret")
    func names() async throws {
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .milliseconds(100))) { gateway in
            let house = try await gateway.administration.household("studio")
            let ordered = try await house.app.ordered("a harbour")
            _ = try await gateway.administration.job(ordered.job, reaches: "completed")
            _ = try await house.app.status(ordered.requestID)
            _ = try await house.app.get("/no/such/path")
            _ = try await house.app.order("too long", seconds: 11)

            let promised = [
                "vinci_gateway_http_requests_total{", "vinci_gateway_http_request_seconds_bucket{",
                "vinci_gateway_jobs_total{", "vinci_gateway_jobs_open{", "vinci_gateway_spend_usd_total{",
                "vinci_gateway_budget_usd{", "vinci_gateway_refusals_total{", "vinci_gateway_upstream_requests_total{",
                "vinci_gateway_upstream_key_remaining{", "vinci_gateway_status_cache_total{",
                "vinci_gateway_store_commit_seconds", "vinci_gateway_event_loop_lag_seconds",
            ]
            let metrics = try await eventually("all metrics to have been sampled") {
                let answer = try await gateway.admin.with(token: nil).get("/metrics")
                return promised.allSatisfy(answer.text.contains) ? answer : nil
            }
            #expect(metrics.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
            #expect(
                metrics.text.contains(#"vinci_gateway_spend_usd_total{kind="text",team="studio"} 0.25"#)
                    || metrics.text.contains(#"vinci_gateway_spend_usd_total{team="studio",kind="text"} 0.25"#))
            for secret in [
                ordered.job, ordered.requestID, house.keyID, "/no/such/path", "sk-vgw", RunningGateway.upstreamKey,
            ] {
                #expect(!metrics.text.contains(secret), "\(secret) is in the metrics")
            }
            try await checkWithPromtool(metrics.text)
        }
    }

    /// Prometheus' own checker, where it is installed.
    private func checkWithPromtool(_ text: String) async throws {
        guard
            let tool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first(
                where: FileManager.default.isExecutableFile)
        else { return }
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let run = try await ChildProcess.run(tool, ["check", "metrics"], stdin: text, in: folder)
        #expect(run.exit == 0, "\(run.stdout)\(run.stderr)")
    }
}
