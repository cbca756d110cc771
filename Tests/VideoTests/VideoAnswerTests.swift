import Crypto
import Foundation
import GatewayAcceptance
import GatewayCore
import NIOCore
import NIOHTTP1
import Testing
import VinciAPI
import VinciSimulator

@Suite("A finished video", .timeLimit(.minutes(2))) struct VideoAnswerTests {
    @Test("is Vinci's file, byte for byte, under both names of its job")
    func same() async throws {
        try await Cinema.run { cinema in
            let job = try await cinema.finished()
            let original = try await cinema.original(job)
            for name in [job.job, job.requestID] {
                let answer = try await cinema.app.video(name)
                #expect(answer.status == 200, "\(answer.wire.prefix(500))")
                #expect(answer.body == original.body)
                #expect(answer.header("Content-Type") == "video/mp4")
                #expect(answer.header("Content-Length") == "\(original.body.readableBytes)")
                #expect(answer.header("Content-Disposition") == "inline; filename=\"\(job.job).mp4\"")
                #expect(answer.header("X-Content-Type-Options") == "nosniff")
                #expect(answer.header("Cache-Control")?.hasPrefix("private") == true)
                #expect(answer.header("Accept-Ranges") == "bytes")
                #expect(answer.header("X-Gateway-Job-Id") == job.job)
                let hash = Array(SHA256.hash(data: Data(original.body.readableBytesView))).hexadecimal
                #expect(answer.header("ETag") == "\"\(hash.prefix(32))\"")
            }
        }
    }

    @Test("is sent in the part that is asked for")
    func ranges() async throws {
        try await Cinema.run { cinema in
            let job = try await cinema.finished()
            let whole = try await cinema.app.video(job.job)
            let bytes = Array(whole.body.readableBytesView)
            let (count, tag) = (bytes.count, try #require(whole.header("ETag")))
            for (range, part) in [
                ("bytes=0-0", 0..<1), ("bytes=100-70000", 100..<min(70_001, count)), ("bytes=5-", 5..<count),
                ("bytes=-7", (count - 7)..<count), ("bytes=0-\(count)", 0..<count), ("bytes=-\(count + 9)", 0..<count),
            ] {
                let answer = try await cinema.app.video(job.job, ("Range", range))
                #expect(answer.status == 206)
                #expect(Array(answer.body.readableBytesView) == Array(bytes[part]))
                #expect(answer.header("Content-Range") == "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(count)")
                #expect(answer.header("ETag") == tag)
            }
            for range in ["bytes=\(count)-", "bytes=-0", "bytes=\(count)-\(count + 5)"] {
                let answer = try await cinema.app.video(job.job, ("Range", range))
                #expect(answer.status == 416)
                #expect(answer.header("Content-Range") == "bytes */\(count)")
                #expect(answer.body.readableBytes == 0)
            }
            for range in ["bytes=0-1,5-6", "items=0-5", "bytes=9-5"] {
                let answer = try await cinema.app.video(job.job, ("Range", range))
                #expect(answer.status == 200 && answer.body == whole.body)
            }
            let samePart = try await cinema.app.video(job.job, ("Range", "bytes=0-9"), ("If-Range", tag))
            #expect(samePart.status == 206)
            for other in ["\"other\"", "W/\(tag)", "Wed, 21 Oct 2015 07:28:00 GMT"] {
                let answer = try await cinema.app.video(job.job, ("Range", "bytes=0-9"), ("If-Range", other))
                #expect(answer.status == 200 && answer.body == whole.body)
            }
        }
    }

    @Test("is not sent to who has it, nor to who asks for its head")
    func conditions() async throws {
        try await Cinema.run { cinema in
            let job = try await cinema.finished()
            let whole = try await cinema.app.video(job.job)
            let tag = try #require(whole.header("ETag"))
            for condition in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                let answer = try await cinema.app.video(
                    job.job, ("If-None-Match", condition), ("Range", "bytes=0-9"))
                #expect(answer.status == 304 && answer.body.readableBytes == 0)
                #expect(answer.header("ETag") == tag)
            }
            let head = try await cinema.app.send(
                .HEAD, WebClient.video(job.job), headers: ["Range": "bytes=0-9"])
            #expect(head.status == 200 && head.body.readableBytes == 0)
            #expect(head.header("Content-Length") == whole.header("Content-Length"))
            #expect(head.header("ETag") == tag)
        }
    }

    @Test("is not there while its job goes on, and never when it failed")
    func noVideo() async throws {
        var settings = Cinema.settings()
        settings.faults = [
            FaultRule(match: FaultMatch(.submitText, promptContains: "still"), action: .job(JobFate(neverEnds: true))),
            FaultRule(match: FaultMatch(.submitText, promptContains: "wrong"), action: .job(JobFate(error: "no"))),
        ]
        try await Cinema.run(settings) { cinema in
            let going = try await cinema.app.ordered("a still life")
            let failed = try await cinema.app.ordered("a wrong turn")
            _ = try await cinema.gateway.administration.job(failed.job, reaches: "failed")
            for (job, detail) in [
                (going, "The job has no video yet."), (failed, "The job has ended without a video."),
            ] {
                for answer in [try await cinema.app.video(job.job), try await cinema.app.link(job.requestID)] {
                    #expect(answer.status == 404)
                    #expect(answer.code == "not_found")
                    #expect(answer.detail == detail)
                    #expect(answer["job_id"]?.string == job.job)
                }
            }
            #expect(cinema.downloads == 0)
        }
    }

    @Test("needs the scope video:read, and counts as a read")
    func scope() async throws {
        try await Cinema.run { cinema in
            let job = try await cinema.finished()
            let office = cinema.gateway.administration
            let blind = try await office.issueToken("cinema", #", "scopes": ["status:read"]"#)
            #expect(try await blind.app.video(job.job).code == "scope_missing")
            #expect(try await blind.app.link(job.job).code == "scope_missing")
            let slow = try await office.issueToken("cinema", #", "read_rate_limit": 2"#)
            #expect(try await slow.app.video(job.job).header("X-RateLimit-Remaining") == "1")
            #expect(try await slow.app.link(job.job).status == 200)
            #expect(try await slow.app.video(job.job).status == 429)
            #expect(try await cinema.gateway.door.video(job.job).status == 401)
            #expect(try await cinema.app.get(WebClient.video(job.job) + "?quality=high").code == "invalid_request")
        }
    }

    @Test("is on record as read, and its link as made, without its secrets")
    func audited() async throws {
        let settings = Cinema.settings()
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var kept = settings
        kept.folder = folder
        var job: OrderedJob?
        try await Cinema.run(kept) { cinema in
            job = try await cinema.finished()
            for _ in 0..<3 { _ = try await cinema.app.video(try #require(job).job) }
            _ = try await cinema.app.link(try #require(job).job)
        }
        // The sums are written at the end.
        try await RunningGateway.run(kept) { gateway in
            let id = try #require(job).job
            #expect(try await gateway.administration.audited("video.read", of: id) == 3)
            let linked = try await gateway.administration.auditRecord("video.linked", of: id)
            #expect(linked["actor"]?.string?.contains("vinci_") == true, "\(linked)")
        }
    }
}
