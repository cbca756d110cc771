import AsyncHTTPClient
import Crypto
import Foundation
import GatewayAcceptance
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing
import VinciAPI
import VinciSimulator

/// A team with finished videos.
struct Cinema {
    let gateway: RunningGateway
    let house: Household

    var app: WebClient { house.app }

    /// A quick Vinci, and room in its key's minutes.
    static func settings(videoFaults: [FaultRule] = []) -> RunningGateway.Settings {
        var settings = RunningGateway.Settings(jobDuration: .milliseconds(20))
        settings.faults = videoFaults
        return settings
    }

    static func run(
        _ settings: RunningGateway.Settings = settings(), _ body: (Cinema) async throws -> Void
    ) async throws {
        try await RunningGateway.run(settings) { gateway in
            try await body(try await Cinema(gateway))
        }
    }

    init(_ gateway: RunningGateway) async throws {
        self.gateway = gateway
        try await gateway.administration.makeTeam("cinema")
        house = try await gateway.administration.issueToken("cinema", #", "read_rate_limit": 100000"#)
    }

    func finished(_ prompt: String = "a harbour", seconds: Int = 5) async throws -> OrderedJob {
        let ordered = try await app.ordered(prompt, seconds: seconds)
        _ = try await gateway.administration.job(ordered.job, reaches: "completed")
        return ordered
    }

    func finished(films count: Int) async throws -> [OrderedJob] {
        var jobs: [OrderedJob] = []
        for number in 0..<count { jobs.append(try await finished("film \(number)", seconds: 10)) }
        return jobs
    }

    /// What Vinci itself would have sent.
    func original(_ job: OrderedJob) async throws -> WebAnswer {
        let url = try #require(try await app.status(job.job)["video_url"]?.string)
        return try await gateway.door.with(token: nil).at(url)
    }

    var downloads: Int { gateway.simulator.requests.calls[.video] }

    /// Bytes below the folder of kept videos.
    func keptBytes() throws -> Int {
        let folder = gateway.folder.videos
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).reduce(0) { sum, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: folder.appending(path: name).path)
            return sum + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
        }
    }
}

extension WebClient {
    static func video(_ id: String) -> String { "/gateway/v1/videos/\(id)" }

    func video(_ id: String, _ headers: (String, String)...) async throws -> WebAnswer {
        try await get(Self.video(id), headers: .init(headers))
    }

    /// A whole address, as a page follows it.
    func at(_ url: String, _ headers: (String, String)...) async throws -> WebAnswer {
        let parts = try #require(URLComponents(string: url))
        let origin = "\(parts.scheme ?? "")://\(parts.host ?? ""):\(parts.port ?? 80)"
        return try await with(origin: origin).get(String(url.dropFirst(origin.count)), headers: .init(headers))
    }

    func link(_ id: String) async throws -> WebAnswer { try await post(Self.video(id) + "/link", "") }
}
