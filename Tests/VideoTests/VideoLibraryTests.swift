import AsyncHTTPClient
import Foundation
import GatewayAcceptance
import GatewayApp
import GatewayCore
import NIOCore
import NIOPosix
import Testing
import VinciAPI
import VinciSimulator

@Suite("The library of videos", .timeLimit(.minutes(4))) struct VideoLibraryTests {
    @Test("fetches a new video once for a thousand readers at once")
    func thousandReaders() async throws {
        // Slow enough that all of them are there before it is.
        let rule = FaultRule("slow", match: FaultMatch(.video), delayReply: .seconds(3))
        try await Cinema.run(Cinema.settings(videoFaults: [rule])) { cinema in
            let job = try await cinema.finished()
            // One address may have a hundred connections, so the readers come from a dozen.
            let clients = (2...13).map { number in
                var configuration = HTTPClient.Configuration()
                configuration.localAddress = "127.0.0.\(number)"
                configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 95
                return HTTPClient(
                    eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
            }
            let apps = clients.map { WebClient(cinema.app.origin, token: cinema.app.token, http: $0) }
            let answers = try await simultaneously(1000) { number in
                let answer = try await apps[number % apps.count].video(job.job)
                return (answer.status, answer.body.readableBytes)
            }
            for client in clients { try await client.shutdown() }
            #expect(cinema.downloads == 1)
            let whole = try await cinema.app.video(job.job).body.readableBytes
            #expect(answers.allSatisfy { $0 == (200, whole) })
            #expect(cinema.downloads == 1)
        }
    }

    @Test("goes on fetching when its only reader leaves")
    func readerLeaves() async throws {
        let rule = FaultRule("slow", match: FaultMatch(.video), delayReply: .seconds(1))
        try await Cinema.run(Cinema.settings(videoFaults: [rule])) { cinema in
            let job = try await cinema.finished()
            let reader = Task { try await cinema.app.video(job.job) }
            try await eventually("the download to begin") { cinema.downloads == 1 }
            reader.cancel()
            _ = await reader.result
            #expect(try await cinema.app.video(job.job).status == 200)
            #expect(cinema.downloads == 1)
        }
    }

    @Test("stays within its bound while many videos come, and fetches anew what it had to let go")
    func bound() async throws {
        var settings = Cinema.settings()
        let bytesMax = 1 << 20
        settings.configure = { $0.videos.bytesMax = Int64(bytesMax) }
        try await Cinema.run(settings) { cinema in
            let jobs = try await cinema.finished(films: 10)
            let size = try await cinema.app.video(jobs[0].job).body.readableBytes
            // The test is one only if not all of them fit.
            try #require(size * jobs.count > bytesMax && size < bytesMax)
            for job in jobs {
                #expect(try await cinema.app.video(job.job).status == 200)
                #expect(try cinema.keptBytes() <= bytesMax + 10 * 1024)
            }
            _ = try await simultaneously(30) { try await cinema.app.video(jobs[$0 % jobs.count].job).status }
            #expect(try cinema.keptBytes() <= bytesMax + 10 * 1024)
            let before = cinema.downloads
            #expect(before > jobs.count)
            for job in jobs { #expect(try await cinema.app.video(job.job).status == 200) }
        }
    }

    @Test("says so when a video is larger than all its room")
    func tooLarge() async throws {
        var settings = Cinema.settings(videoFaults: [
            FaultRule("huge", match: FaultMatch(.video), action: .hugeBody(bytes: 2 << 20))
        ])
        settings.configure = { $0.videos.bytesMax = 1 << 20 }
        try await Cinema.run(settings) { cinema in
            let job = try await cinema.finished()
            let answer = try await cinema.app.video(job.job)
            #expect(answer.status == 503 && answer.code == "storage_unavailable", "\(answer.wire)")
            #expect(answer.detail?.contains("larger") == true)
            #expect(try cinema.keptBytes() < 1024)
        }
    }

    @Test("goes on where a download broke off")
    func resumed() async throws {
        let rule = FaultRule("cut", match: FaultMatch(.video, times: 2), action: .truncate(afterBytes: 5000))
        try await Cinema.run(Cinema.settings(videoFaults: [rule])) { cinema in
            let job = try await cinema.finished()
            let answer = try await cinema.app.video(job.job)
            #expect(answer.status == 200, "\(answer.wire.prefix(600))")
            // Two were cut, and the third was the rest.
            #expect(cinema.downloads == 3)
            let original = try await cinema.original(job)
            #expect(answer.body == original.body)
        }
    }

    @Test(
        "gives nobody what is no whole video, and gets it when Vinci is well again",
        arguments: [
            FaultAction.truncate(afterBytes: 5000), .hugeBody(bytes: 500_000), .dropBeforeAccept,
            .refuse(CannedReply(status: 500, detail: "no")),
            .answer(CannedReply(status: 200, body: "<script>alert(1)</script>", contentType: "video/mp4")),
            .refuse(.redirect(to: "http://127.0.0.1:1/")),
        ])
    func lies(action: FaultAction) async throws {
        try await Cinema.run(
            Cinema.settings(videoFaults: [FaultRule("lie", match: FaultMatch(.video), action: action)])
        ) {
            cinema in
            let job = try await cinema.finished()
            let answer = try await cinema.app.video(job.job)
            #expect(answer.status == 503 && answer.code == "upstream_unavailable", "\(answer.wire.prefix(600))")
            #expect(answer.header("Retry-After") == "5")
            #expect(try cinema.keptBytes() < 1024)
            // Asking at once does not ask Vinci again.
            let asked = cinema.downloads
            #expect(try await cinema.app.video(job.job).status == 503)
            #expect(cinema.downloads == asked)
            cinema.gateway.simulator.removeFaults()
            let healed = try await eventually("the video") {
                let answer = try await cinema.app.video(job.job)
                return answer.status == 200 ? answer : nil
            }
            #expect(healed.body == (try await cinema.original(job)).body)
        }
    }

    @Test("asks Vinci for a new address when the old one has expired, and remembers it")
    func renewed() async throws {
        try await Cinema.run { cinema in
            let job = try await cinema.finished()
            let old = try #require(try await cinema.app.status(job.job)["video_url"]?.string)
            cinema.gateway.simulator.addFault(
                FaultRule(
                    "expired", match: FaultMatch(.video, times: 1),
                    action: .refuse(CannedReply(status: 403, detail: "expired"))))
            cinema.gateway.simulator.addFault(
                FaultRule(
                    "moved", match: FaultMatch(.status),
                    action: .edit(ReplyEdit(set: ["video_url": .string(old + "?signature=new")]))))
            let asked = cinema.gateway.simulator.requests.calls[.status]
            #expect(try await cinema.app.video(job.job).status == 200)
            #expect(cinema.gateway.simulator.requests.calls[.status] == asked + 1)
            #expect(cinema.downloads == 2)
            #expect(try await cinema.app.status(job.job)["video_url"]?.string == old + "?signature=new")
            _ = try await cinema.gateway.administration.auditRecord("video.url_renewed", of: job.job)
            #expect(try await cinema.gateway.administration.ledgerIsSound())
        }
    }

    @Test("serves what it has while Vinci is down, also after a restart, and proves it first")
    func vinciDown() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var settings = Cinema.settings()
        settings.folder = folder
        let simulator = try VinciSimulator(settings.simulator)
        let (kept, damaged, missing, token, address, tag) = try await simulator.serve { upstream in
            try await RunningGateway.run(settings, before: simulator, at: upstream) { gateway in
                let cinema = try await Cinema(gateway)
                let jobs = [
                    try await cinema.finished("one"), try await cinema.finished("two"),
                    try await cinema.finished("three"),
                ]
                let tag = try await cinema.app.video(jobs[0].job).header("ETag")
                _ = try await cinema.app.video(jobs[1].job)
                return (jobs[0], jobs[1], jobs[2], cinema.app.token, upstream, tag)
            }
        }
        // What a crash or a bad disk may leave.
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.videos.path)
        let name = try #require(names.first { $0.hasPrefix(damaged.job) && $0.hasSuffix(".video") })
        let file = folder.videos.appending(path: name)
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: file)
        try Data("half".utf8).write(to: folder.videos.appending(path: "\(missing.job)-00.part"))

        try await RunningGateway.run(settings, before: simulator, at: address) { gateway in
            let app = gateway.door.with(token: token)
            #expect(try await app.status(kept.requestID)["status"]?.string == "completed")
            let answer = try await app.video(kept.job)
            #expect(answer.status == 200)
            #expect(answer.header("ETag") == tag)
            for job in [damaged, missing] {
                #expect(try await app.video(job.job).code == "upstream_unavailable")
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.videos.path)
            #expect(left.allSatisfy { $0 == "lock" || $0.hasPrefix(kept.job) }, "\(left)")
        }
    }

    @Test("fetches from no host that is not listed")
    func hostNotAllowed() async throws {
        let trap = FaultRule(
            "trap", match: FaultMatch(.status),
            action: .edit(ReplyEdit(set: ["video_url": .string("https://169.254.169.254/latest/meta-data")])))
        try await Cinema.run(Cinema.settings(videoFaults: [trap])) { cinema in
            let job = try await cinema.finished()
            let answer = try await cinema.app.video(job.job)
            #expect(answer.status == 503 && answer.code == "upstream_unavailable")
            #expect(answer.detail?.contains("may not fetch") == true)
            #expect(answer.header("Retry-After") == nil)
            #expect(cinema.downloads == 0)
            #expect(try cinema.gateway.log().contains("not among the allowed hosts"))
        }
    }
}
