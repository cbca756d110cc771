import Foundation
import GatewayAcceptance
import GatewayApp
import GatewayCore
import GatewayFlow
import GatewayTesting
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import VinciAPI
import VinciSimulator

@Suite("A signed link to a video", .timeLimit(.minutes(2))) struct VideoLinkTests {
    @Test("shows the video to whoever has it, part by part, without a token")
    func works() async throws {
        try await Cinema.run { cinema in
            let job = try await cinema.finished()
            let link = try await cinema.app.link(job.requestID)
            #expect(link.status == 200, "\(link.wire)")
            #expect(link.json?.fields == ["url", "expires_at"])
            let url = try #require(link["url"]?.string)
            #expect(url.hasPrefix(cinema.gateway.door.origin + "/gateway/v1/videos/\(job.job)?"))
            let whole = try await cinema.gateway.door.at(url)
            #expect(whole.status == 200)
            #expect(whole.body == (try await cinema.app.video(job.job)).body)
            let part = try await cinema.gateway.door.at(url, ("Range", "bytes=10-19"))
            #expect(part.status == 206 && part.body.readableBytes == 10)
        }
    }

    @Test("is nothing when anything in it was changed, and says no more than that")
    func tampered() async throws {
        try await Cinema.run { cinema in
            let job = try await cinema.finished("one")
            let other = try await cinema.finished("two")
            let url = try #require(try await cinema.app.link(job.job)["url"]?.string)
            let expires = try #require(url.firstMatch(of: /expires=([0-9]+)/)?.1)
            let key = try #require(url.firstMatch(of: /key=([^&]+)/)?.1)
            let signature = try #require(url.firstMatch(of: /signature=([^&]+)/)?.1)
            let flipped = (signature.hasPrefix("0") ? "1" : "0") + signature.dropFirst()
            let colleague = try await cinema.gateway.administration.issueToken("cinema")
            let changed = [
                url.replacing(job.job, with: other.job), url.replacing(job.job, with: job.requestID),
                url.replacing("expires=\(expires)", with: "expires=\(9_999_999_999)"),
                url.replacing("key=\(key)", with: "key=\(colleague.keyID)"),
                url.replacing("signature=\(signature)", with: "signature=\(flipped)"),
                url.replacing("signature=\(signature)", with: "signature=\(signature.dropLast())"),
                url.replacing("signature=\(signature)", with: "signature="),
                url.replacing("&key=\(key)", with: ""), url + "&more=1",
                url.replacing("expires=\(expires)", with: "expires=never"),
            ]
            let strange = try await cinema.gateway.door.video(job.job)
            for text in changed {
                let answer = try await cinema.gateway.door.at(text)
                #expect(answer.status == 401, "\(text)")
                #expect(answer.wireWithoutChance == strange.wireWithoutChance)
            }
        }
    }

    @Test("is over at its end")
    func expires() async throws {
        let clock = MovableDate()
        var settings = Cinema.settings()
        settings.clock = clock
        try await Cinema.run(settings) { cinema in
            let job = try await cinema.finished()
            let asked = clock.now().seconds
            let link = try await cinema.app.link(job.job)
            let url = try #require(link["url"]?.string)
            let end = try #require(url.firstMatch(of: /expires=([0-9]+)/).flatMap { Int64($0.1) })
            #expect((asked + 900...clock.now().seconds + 900).contains(end))
            #expect(link["expires_at"]?.string == Timestamp(seconds: end).rfc3339)
            clock.move(by: .seconds(890))
            #expect(try await cinema.gateway.door.at(url).status == 200)
            clock.move(by: .seconds(10))
            #expect(try await cinema.gateway.door.at(url).status == 401)
        }
    }

    @Test("is worth what its token is worth, and nothing while its team is suspended")
    func tokenAndTeam() async throws {
        try await Cinema.run { cinema in
            let office = cinema.gateway.administration
            let job = try await cinema.finished()
            let lent = try await office.issueToken("cinema")
            let url = try #require(try await lent.app.link(job.job)["url"]?.string)
            let door = cinema.gateway.door
            #expect(try await door.at(url).status == 200)

            try await office.demand(200, .PATCH, "/admin/v1/teams/cinema", #"{"suspended": true}"#)
            #expect(try await door.at(url).status == 401)
            #expect(try await lent.app.video(job.job).status == 200)
            try await office.demand(200, .PATCH, "/admin/v1/teams/cinema", #"{"suspended": false}"#)
            #expect(try await door.at(url).status == 200)

            try await office.demand(
                200, .PATCH, "/admin/v1/tokens/\(lent.keyID)", #"{"scopes": ["status:read"]}"#)
            #expect(try await door.at(url).status == 403)
            let revoked = try await cinema.gateway.admin.send(.DELETE, "/admin/v1/tokens/\(lent.keyID)")
            #expect((200...299).contains(revoked.status))
            #expect(try await door.at(url).status == 401)
            #expect(try await cinema.app.video(job.job).status == 200)
        }
    }

    @Test("works on every page as a picture's address would, and for scripts only on listed pages")
    func pages() async throws {
        try await Cinema.run { cinema in
            let office = cinema.gateway.administration
            let job = try await cinema.finished()
            let token = try await office.issueToken("cinema", #", "allowed_origins": ["https://app.example"]"#)
            let url = try #require(try await token.app.link(job.job)["url"]?.string)
            let plain = try await cinema.gateway.door.at(url)
            #expect(plain.status == 200)
            #expect(plain.header("Cross-Origin-Resource-Policy") == "cross-origin")
            let listed = try await cinema.gateway.door.at(url, ("Origin", "https://app.example"))
            #expect(listed.status == 200)
            #expect(listed.header("Access-Control-Allow-Origin") == "https://app.example")
            for name in ["Content-Range", "ETag", "Accept-Ranges"] {
                #expect(listed.header("Access-Control-Expose-Headers")?.contains(name) == true)
            }
            let strange = try await cinema.gateway.door.at(url, ("Origin", "https://stranger.example"))
            #expect(strange.status == 403 && strange.code == "origin_not_allowed")
        }
    }

    @Test("stands in the status instead of Vinci's address, and stays the same for a while")
    func rewritten() async throws {
        let clock = MovableDate()
        var settings = Cinema.settings()
        settings.clock = clock
        settings.configure = {
            $0.videos.rewriteURLs = true
            $0.publicPort.configuredBaseURL = "https://videos.example"
        }
        try await Cinema.run(settings) { cinema in
            let job = try await cinema.finished()
            let first = try await cinema.app.status(job.requestID)
            let url = try #require(first["video_url"]?.string)
            #expect(url.hasPrefix("https://videos.example/gateway/v1/videos/\(job.job)?expires="))
            #expect(try await cinema.app.get("/gateway/v1/jobs/\(job.job)")["video_url"]?.string == url)
            let local = url.replacing("https://videos.example", with: cinema.gateway.door.origin)
            #expect(try await cinema.gateway.door.at(local).status == 200)

            // Within half of its life it changes once, and every status holds one that is good for the other half.
            var tags: Set<String> = []
            for _ in 0..<10 {
                let answer = try await cinema.app.status(job.requestID)
                tags.insert(try #require(answer.header("ETag")))
                let told = try #require(answer["video_url"]?.string).replacing(
                    "https://videos.example", with: cinema.gateway.door.origin)
                let expires = try #require(told.firstMatch(of: /expires=([0-9]+)/).flatMap { Int64($0.1) })
                #expect((450...900).contains(expires - clock.now().seconds))
                clock.move(by: .seconds(44))
            }
            #expect((1...2).contains(tags.count))

            let blind = try await cinema.gateway.administration.issueToken("cinema", #", "scopes": ["status:read"]"#)
            let untold = try await blind.app.status(job.requestID)
            #expect(untold.status == 200 && untold["video_url"] == nil, "\(untold.text)")
        }
    }
}

/// Time as it passes, on a calendar that a test can put forward.
private final class MovableDate: WallClock {
    private let moved = Mutex(Duration.zero)

    func now() -> Timestamp { SystemWallClock().now().adding(moved.withLock { $0 }) }
    func uptime() -> Uptime { SystemWallClock().uptime() }
    func move(by duration: Duration) { moved.withLock { $0 += duration } }
}
