import Foundation
import GatewayAcceptance
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Testing
import VinciAPI
import VinciSimulator

/// Real Chromium, so that what a browser really enforces is asked of a browser.
@Suite(
    "A real browser",
    .disabled(if: ProcessInfo.processInfo.environment["VINCI_TEST_WITHOUT_BROWSER"] == "1", "switched off"))
struct BrowserTests {
    /// Orders a video from the page, reads the limits, and leaves what it saw in the title.
    private static func page(_ gateway: String, _ token: String) -> String {
        """
        <!doctype html><title></title><script type="module">
        const seen = {};
        try {
          const response = await fetch('\(gateway)/api/v1/generate/text-to-video', {
            method: 'POST',
            headers: { 'Authorization': 'Bearer \(token)', 'Content-Type': 'application/json' },
            body: JSON.stringify({ prompt: 'A harbour, seen from a browser', duration_seconds: 5 }),
          });
          const reply = await response.json();
          seen.status = response.status;
          seen.request_id = reply.request_id;
          seen.remaining = response.headers.get('X-RateLimit-Remaining');
          seen.job = response.headers.get('X-Gateway-Job-Id');
          const status = await fetch(`\(gateway)/api/v1/status/${reply.request_id}?wait=10`, {
            headers: { 'Authorization': 'Bearer \(token)' },
          });
          seen.tag = status.headers.get('ETag');
        } catch (error) {
          seen.error = String(error);
        }
        document.title = JSON.stringify(seen);
        </script>
        """
    }

    @Test("orders a video from a page that the token lists, and is kept from it on every other page")
    func listedPageOnly() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let python = try await Interpreter.python(
            with: ["playwright": "pip install playwright (or VINCI_TEST_WITHOUT_BROWSER=1)"], in: folder)
        let chromium = try Interpreter.find(
            "chromium", install: "apt-get install chromium (or VINCI_TEST_WITHOUT_BROWSER=1)")
        let visit = try #require(Bundle.module.url(forResource: "visit", withExtension: "py", subdirectory: "Browser"))
        func look(at port: Int) async throws -> JSONValue {
            let ended = try await ChildProcess.run(
                python, [visit.path, chromium, "http://localhost:\(port)/"],
                environment: GatewayProcess.environment(), in: folder, within: .seconds(120))
            try #require(ended.exit == 0, "\(ended.stderr)")
            return try JSONDecoder().decode(JSONValue.self, from: Data(ended.stdout.utf8))
        }

        try await RunningGateway.run { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio")
            let house = try await office.issueToken("studio")
            let page = PageServer(html: Self.page(gateway.door.origin, try #require(house.app.token)))
            try await page.serve { listed in
                try await page.serve { unlisted in
                    try await office.demand(
                        200, .PATCH, "/admin/v1/tokens/\(house.keyID)",
                        #"{"allowed_origins": ["http://localhost:\#(listed)"]}"#)
                    let refused = try await look(at: unlisted)
                    #expect(refused["error"]?.string?.contains("Failed to fetch") == true, "\(refused)")
                    #expect(gateway.simulator.requests.postCount == 0)

                    let served = try await look(at: listed)
                    #expect(served["status"]?.wholeNumber == 200, "\(served)")
                    #expect(served["remaining"]?.string == "99")
                    #expect(served["job"]?.string?.hasPrefix("job_") == true)
                    #expect(served["tag"]?.string != nil)
                    #expect(gateway.simulator.submits.first?.requestID == served["request_id"]?.string)
                    #expect(gateway.simulator.requests.postCount == 1)
                }
            }
        }
    }
}

/// One page on a port of its own.
private struct PageServer {
    let html: String

    /// - body: receives the port.
    func serve(_ body: (Int) async throws -> Void) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let html = html
        let responder = CallbackResponder<BasicRequestContext> { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
        }
        let application = Application(
            responder: responder, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                if let bound = channel.localAddress?.port { port.yield(bound) }
                port.finish()
            })
        try await serving(application) {
            guard let bound = await ports.first(where: { _ in true }) else { throw GatewayNeverListened() }
            try await body(bound)
        }
    }
}
