import Foundation
import GatewayAcceptance
import NIOHTTP1
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
        let chromium = try await Chromium()
        defer { chromium.close() }
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
                    let refused = try await chromium.look(at: unlisted)
                    #expect(refused["error"]?.string?.contains("Failed to fetch") == true, "\(refused)")
                    #expect(gateway.simulator.requests.postCount == 0)

                    let served = try await chromium.look(at: listed)
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

    /// Has a link made, plays the video at it, jumps to its fourth second, and reads the end of the file by itself.
    private static func cinema(_ gateway: String, _ token: String, _ job: String) -> String {
        """
        <!doctype html><title></title><video muted></video><script type="module">
        const seen = {};
        const until = (target, event) => new Promise((done, failed) => {
          target.addEventListener(event, done, { once: true });
          target.addEventListener('error', () => failed(target.error?.message ?? 'error'), { once: true });
        });
        try {
          const reply = await fetch('\(gateway)/gateway/v1/videos/\(job)/link', {
            method: 'POST', headers: { 'Authorization': 'Bearer \(token)' },
          });
          const { url } = await reply.json();
          const video = document.querySelector('video');
          video.src = url;
          await until(video, 'loadedmetadata');
          seen.duration = video.duration;
          await video.play();
          await until(video, 'timeupdate');
          video.pause();
          video.currentTime = 4;
          await until(video, 'seeked');
          seen.at = video.currentTime;
          seen.has_picture = video.readyState >= 2 && video.videoWidth > 0;
          const end = await fetch(url, { headers: { 'Range': 'bytes=-10' }, cache: 'no-store' });
          seen.end = end.status;
          seen.range = end.headers.get('Content-Range');
          seen.bytes = (await end.arrayBuffer()).byteLength;
        } catch (error) {
          seen.error = String(error);
        }
        document.title = JSON.stringify(seen);
        </script>
        """
    }

    @Test("plays a video from a signed link and jumps about in it, part by part")
    func playsAndSeeks() async throws {
        let chromium = try await Chromium()
        defer { chromium.close() }
        try await RunningGateway.run(RunningGateway.Settings(jobDuration: .milliseconds(50))) { gateway in
            let office = gateway.administration
            try await office.makeTeam("studio")
            let house = try await office.issueToken("studio")
            let job = try await house.app.ordered("A harbour, seen twice", seconds: 6)
            _ = try await office.job(job.job, reaches: "completed")
            let page = PageServer(
                html: Self.cinema(gateway.door.origin, try #require(house.app.token), job.job))
            try await page.serve { port in
                try await office.demand(
                    200, .PATCH, "/admin/v1/tokens/\(house.keyID)",
                    #"{"allowed_origins": ["http://localhost:\#(port)"]}"#)
                let seen = try await chromium.look(at: port)
                #expect(seen["error"] == nil, "\(seen)")
                #expect(seen["duration"]?.decimal == 6)
                #expect(seen["at"]?.decimal == 4)
                #expect(seen["has_picture"]?.bool == true)
                #expect(seen["end"]?.wholeNumber == 206 && seen["bytes"]?.wholeNumber == 10)
                #expect(seen["range"]?.string?.hasPrefix("bytes ") == true)
                #expect(gateway.simulator.requests.calls[.video] == 1)
                // The player itself asked for parts, beside the page's own request for the end.
                let parts = try await gateway.admin.get("/metrics").text.firstMatch(
                    of: /http_requests_total\{route="\/gateway\/v1\/videos\/[^"]*",status="206"\} ([0-9]+)/)
                #expect(parts.flatMap { Int($0.1) } ?? 0 >= 2)
            }
        }
    }
}
