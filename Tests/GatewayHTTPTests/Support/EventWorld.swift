import Foundation
import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import Hummingbird
import SQLiteDatabase
import Testing
import VinciAPI

@testable import GatewayHTTP

/// A public port with one live job, on a clock that the test turns.
struct EventWorld: Sendable {
    let clock = ManualClock()
    let parts: PortParts
    let port: PublicPort
    let books: StoreFixture
    let job: Job
    let token: IssuedToken

    init() async throws {
        let database = try SQLiteDatabase.inMemory()
        books = try await StoreFixture(database)
        parts = try PortParts(database, clock.wall, sleeper: clock)
        port = PublicPort(parts, library: try await parts.library())
        token = try await port.tokens.issue(
            TokenRequest(
                name: "app", scopes: Set(Scope.allCases), requestsPerMinute: 100, readsPerMinute: 1_000,
                allowedOrigins: Set([Origin("https://app.example")].compactMap(\.self))),
            for: try await books.team(), by: StoreFixture.actor, from: .none)
        let owner = JobOwner(team: token.token.team, token: token.token.keyID)
        job = try await books.accept(try await books.place(for: owner))
        parts.desk.put(job)
    }

    var path: String { "/gateway/v1/jobs/\(job.id)/events" }
    var json: String { parts.desk.find(.job(job.id))?.text?.json ?? "" }
    var digest: String { parts.desk.find(.job(job.id))?.text?.digest ?? "" }

    /// Until the stop, as the program serves.
    func serve(
        _ limits: EdgeLimits = EdgeLimits(), _ body: @escaping @Sendable (EdgeHarness) async throws -> Void
    ) async throws {
        let tools = EdgeTools(limits: limits, now: clock.wall.now, hotPath: port.hotPath(), answersOnLoop: true)
        try await EdgeHarness.serve(port.router().buildResponder(), tools, EdgeHarness.Notes(), body)
    }

    /// - target: the events of the job unless given.
    func request(
        _ method: String = "GET", _ target: String? = nil, _ fields: [String] = [], version: String = "1.1",
        isKnown: Bool = true
    ) -> String {
        let token = isKnown ? ["Authorization: Bearer \(token.text.reveal())"] : []
        let lines = ["\(method) \(target ?? path) HTTP/\(version)", "Host: vinci"] + token + fields + ["", ""]
        return lines.joined(separator: "\r\n")
    }

    func progress(_ percent: Double) {
        parts.desk.confirm(job.id, StatusReply(requestID: "r", status: .processing, progress: .init(percent)))
    }

    func complete() async throws {
        parts.desk.put(try await books.apply(.completion(of: job.id, cost: .cents(26)), at: clock.date))
    }

    func pass(seconds: Int) async throws {
        let beating = Task { try await parts.heartbeats.run() }
        for _ in 0..<seconds {
            await clock.sleepers(1)
            clock.advance(by: .seconds(1))
        }
        await clock.sleepers(1)
        beating.cancel()
        try await beating.value
    }

    /// Returns when nobody follows anything any more.
    func nobodyFollows() async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(40))
        while parts.desk.listenerCount > 0 || parts.heartbeats.count > 0 {
            try #require(ContinuousClock.now < deadline, "somebody still follows")
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Returns when so many follow.
    func followers(_ count: Int) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(40))
        while parts.desk.listenerCount != count {
            try #require(ContinuousClock.now < deadline, "\(parts.desk.listenerCount) follow")
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// One answer as it came, its chunks put together.
struct Answered {
    let head: String
    let body: String

    init(_ wire: String) {
        let parts = wire.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        head = parts.first.map(String.init) ?? ""
        let rest = parts.count > 1 ? String(parts[1]) : ""
        body = head.lowercased().contains("transfer-encoding: chunked") ? Answered.joined(rest) : rest
    }

    func field(_ name: String) -> String? {
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }

    private static func joined(_ chunks: String) -> String {
        var (text, rest) = ("", Array(chunks.utf8)[...])
        while let end = rest.firstIndex(of: UInt8(ascii: "\r")),
            let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16), size > 0,
            rest.count >= end + 4 + size - rest.startIndex
        {
            text += String(decoding: rest[(end + 2)..<(end + 2 + size)], as: UTF8.self)
            rest = rest[(end + 4 + size)...]
        }
        return text
    }
}
