import Foundation
import GatewayCore
import GatewayFlow
import GatewayHTTP
import GatewayStore
import GatewayTesting
import Hummingbird
import NIOCore
import SQLDatabase
import SQLiteDatabase
import Synchronization
import VinciAPI

/// A store with jobs and tokens of every kind, and public ports on it that read polls on the event loop or do not.
struct HotWorld: Sendable {
    struct PollRequest: Sendable {
        let name: String
        let status: Int
        let text: String
        /// What it is sent as often as.
        var times = 3
    }

    /// A job of this name at Vinci is asked about in the fewest bytes.
    private static let briefID = "r"

    /// How many requests have reached the routes.
    var routeCallCount: Int { routeCalls.withLock { $0 } }

    private let routeCalls = Counter()
    private let database: any SQLDatabase
    private let clock = ManualClock()
    private(set) var requests: [PollRequest] = []
    private var poller: IssuedToken
    private var live: JobID

    init() async throws {
        database = try SQLiteDatabase.inMemory()
        let books = try await StoreFixture(database)
        let parts = try PortParts(database, clock.wall)
        let issue = Issuing(books: books, parts: parts, clock: clock.wall)
        try await books.team(openJobsMax: 1_000_000)
        poller = try await issue.token()
        let owner = JobOwner(team: poller.token.team, token: poller.token.keyID)
        live = try await books.job(in: .accepted, for: owner)
        try await books.apply(.acceptance(of: try await books.place(for: owner), requestID: HotWorld.briefID))
        try await describe(books, issue, owner)
    }

    // MARK: Comparing

    /// - Returns: for each request all bytes that came back on its connection.
    func answers(to requests: [PollRequest], isHot: Bool) async throws -> [String] {
        let answers = Answers()
        try await serve(isHot: isHot) { harness in
            for request in requests {
                let client = try await harness.connect()
                var sent = 0
                while sent < request.times, !client.isClosed {
                    await client.send(request.text)
                    sent += 1
                    let wanted = sent
                    do {
                        try await client.untilClosed(or: { Wire.count(in: $0, of: request.text) >= wanted })
                    } catch {
                        throw Unanswered(request: request.name, number: wanted)
                    }
                }
                answers.add(client.received)
                await client.close()
            }
        }
        return answers.all
    }

    struct Unanswered: Error {
        let request: String
        let number: Int
    }

    // MARK: Pipelining

    enum Kind: CaseIterable, Sendable {
        case poll, order, whoami, unknownJob

        var mark: String {
            switch self {
            case .poll: "200 poll"
            case .order: "200 order"
            case .whoami: "200 whoami"
            case .unknownJob: "404"
            }
        }
    }

    private func serve(
        isHot: Bool, upstream: (any VinciUpstream)? = nil,
        _ body: @escaping @Sendable (EdgeHarness) async throws -> Void
    ) async throws {
        let parts = try PortParts(database, clock.wall)
        if let upstream {
            parts.pool.install([PooledKey(id: .sample, requestsPerMinute: 1_000_000, upstream: upstream)])
        }
        let port = PublicPort(parts, library: try await parts.library())
        try await port.directory.refresh()
        let ids = Mutex(UInt64(0))
        let tools = EdgeTools(
            limits: EdgeLimits(),
            name: {
                CallID(
                    0,
                    ids.withLock {
                        $0 += 1
                        return $0
                    })
            }, now: clock.wall.now, hotPath: isHot ? port.hotPath() : nil, answersOnLoop: isHot)
        let routes = port.router().buildResponder()
        let counting = CallbackResponder { request, context in
            routeCalls.withLock { $0 += 1 }
            return try await routes.respond(to: request, context: context)
        }
        try await EdgeHarness.serve(counting, tools, EdgeHarness.Notes(), body)
    }
}

// MARK: The contract's table

extension HotWorld {
    private mutating func describe(_ books: StoreFixture, _ issue: Issuing, _ owner: JobOwner) async throws {
        let (completed, failed) = (
            try await books.job(in: .completed, for: owner), try await books.job(in: .failed, for: owner)
        )
        let (unknown, refused) = (
            try await books.job(in: .unknown, for: owner), try await books.job(in: .refused, for: owner)
        )
        let foreign = try await books.job(in: .completed, for: try await books.owner("rivals"))
        let sibling = try await books.job(in: .completed, for: try await books.owner())

        add("a live job", 200, get("\(live)"))
        add("a job by Vinci's id", 200, get("vinci-\(live)"))
        add("a finished video", 200, get("\(completed)"))
        add("a failed job", 200, get("\(failed)"))
        add("an unknown outcome", 200, get("\(unknown)"))
        add("a refused order", 200, get("\(refused)"))
        add("a job of another token", 200, get("\(sibling)"))
        add("a job of another team", 404, get("\(foreign)"))
        add("no such job", 404, get("job_00000000000000000000000000"))
        add("no such id of Vinci's", 404, get("nothing"))
        add("a name of no grammar", 404, get("a.b"))
        add("a query", 200, get("\(completed)?wait=1"))
        add("an unknown query", 400, get("\(live)?x=1"))
        add("another method", 404, get("\(live)").replacing("GET", with: "DELETE"))
        add("the head alone", 200, get("\(live)").replacing("GET", with: "HEAD"))
        add("a body", 200, get("\(live)", ["Content-Length: 2"]) + "{}")
        add("fields of other names", 200, get("\(live)", ["user-agent: app/1", "ACCEPT:  */*", "traceparent: 00-1"]))
        add("the last request", 200, get("\(live)", ["Connection: close"]))
        add("an old client", 200, get("\(live)").replacing("HTTP/1.1", with: "HTTP/1.0"))
        add("what the client has", 304, get("\(live)", ["If-None-Match: *"]))
        add("what the client does not have", 200, get("\(live)", ["If-None-Match: \"old\", W/\"older\""]))
        add("two conditions", 200, get("\(live)", ["If-None-Match: \"a\"", "If-None-Match: \"b\""]))
        try await describeTokens(books, issue, completed)
    }

    private mutating func describeTokens(
        _ books: StoreFixture, _ issue: Issuing, _ completed: JobID
    ) async throws {
        let origin = "https://app.example"
        let browser = try await issue.token { $0.allowedOrigins = Set([Origin(origin)].compactMap(\.self)) }
        let expired = try await issue.token { $0.expiresAt = .testStart.adding(.seconds(-1)) }
        let narrow = try await issue.token { $0.scopes = [.generateText] }
        let own = try await issue.token { $0.ownJobsOnly = true }
        let scarce = try await issue.token { $0.readsPerMinute = 2 }
        let suspended = try await issue.suspendedTeam()

        add("a browser's origin", 200, get("\(live)", ["Origin: \(origin)"], browser))
        add("a strange origin", 403, get("\(live)", ["Origin: https://evil.example"], browser))
        add("no origin", 403, get("\(live)", ["Origin: null"], browser))
        add("two origins", 403, get("\(live)", ["Origin: \(origin)", "Origin: \(origin)"], browser))
        add("no token", 401, get("\(live)").replacing("Authorization", with: "X-Authorization"))
        add("another scheme", 401, get("\(live)").replacing("Bearer", with: "Basic"))
        add("two tokens", 401, get("\(live)", ["Authorization: Bearer \(poller.text.reveal())"]))
        add("a mistyped token", 401, get("\(live)").replacing("sk-vgw-", with: "sk-vgw_"))
        add("an expired token", 401, get("\(live)", [], expired))
        add("a scope that is missing", 403, get("\(live)", [], narrow))
        add("a job that the token did not order", 404, get("\(completed)", [], own))
        add("too many reads", 200, get("\(completed)", [], scarce), times: 4)
        add("a suspended team", 404, get("\(completed)", [], suspended))
        add("no host", 400, get("\(live)").replacing("Host: vinci", with: "X-Host: vinci"))
        add("a field with an underscore", 400, get("\(live)", ["x_y: 1"]))
    }

    private mutating func add(_ name: String, _ status: Int, _ text: String, times: Int = 3) {
        requests.append(PollRequest(name: name, status: status, text: text, times: times))
    }

    private func get(_ id: String, _ fields: [String] = [], _ token: IssuedToken? = nil) -> String {
        let lines = ["GET /api/v1/status/\(id) HTTP/1.1", "Host: vinci"] + fields
        return (lines + ["Authorization: Bearer \((token ?? poller).text.reveal())", "", ""]).joined(separator: "\r\n")
    }
}

// MARK: Many requests at once

extension HotWorld {
    /// Sends all of them on one connection, cut at these places of the whole, and tells what came back in which order.
    func pipelined(_ rounds: [(kinds: [Kind], cuts: [Double])]) async throws -> [[String]] {
        let answers = Answers()
        try await serve(isHot: true, upstream: Taking()) { harness in
            for (number, round) in rounds.enumerated() {
                let client = try await harness.connect()
                // The first poll makes the connection know its bytes.
                await client.send(text(of: .poll, number: 0))
                try await client.until { Wire.count(in: $0, of: "GET") == 1 }
                let whole = round.kinds.enumerated().map { text(of: $1, number: number * 100 + $0) }.joined()
                for piece in Wire.cut(whole, at: round.cuts) { await client.send(piece) }
                let count = round.kinds.count + 1
                try await client.until { Wire.count(in: $0, of: "GET") == count }
                answers.add(Wire.messages(in: client.received).dropFirst().map(mark).joined(separator: "\n"))
                await client.close()
            }
        }
        return answers.all.map { $0.split(separator: "\n").map(String.init) }
    }

    /// Thousands of polls at once, without a token, among calls that the routes answer.
    /// - Returns: how many answers came.
    func crowded(polls count: Int, calls: Int) async throws -> Int {
        let answers = Answers()
        try await serve(isHot: true) { harness in
            let client = try await harness.connect()
            await client.send(get(HotWorld.briefID))
            try await client.until { Wire.count(in: $0, of: "GET") == 1 }
            let short = String(
                repeating: "GET /api/v1/status/\(HotWorld.briefID) HTTP/1.1\r\nHost: a\r\n\r\n", count: count)
            await client.send(
                String(repeating: text(of: .whoami, number: 0) + short, count: calls)
                    + get("\(live)", ["Connection: close"]))
            answers.add(try await client.untilClosed(within: .seconds(60)))
        }
        return answers.all.joined().count(of: "HTTP/1.1 ")
    }

    private func text(of kind: Kind, number: Int) -> String {
        switch kind {
        case .poll: return get("\(live)")
        case .unknownJob: return get("nothing")
        case .whoami: return get("").replacing("/api/v1/status/", with: "/gateway/v1/whoami")
        case .order:
            let body = #"{"prompt": "scene \#(number)", "duration_seconds": 5}"#
            return get("", ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"])
                .replacing("GET /api/v1/status/", with: "POST /api/v1/generate/text-to-video") + body
        }
    }

    private func mark(_ answer: Substring) -> String {
        guard answer.hasPrefix("HTTP/1.1 200") else { return answer.contains("404 Not Found") ? "404" : String(answer) }
        if answer.contains("estimated_duration_seconds") { return Kind.order.mark }
        return answer.contains("own_jobs_only") ? Kind.whoami.mark : Kind.poll.mark
    }
}

/// Takes every order under a new name.
private final class Taking: VinciUpstream {
    private let count = Mutex(0)

    func submit(_ request: VideoRequest, _ terms: SendTerms) async -> Reading<SubmitOutcome> {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return Reading(
            .accepted(
                OrderReply(
                    requestID: "req_\(number)", status: "pending", estimatedCostUSD: nil, estimatedDurationSeconds: 5)))
    }

    func status(of requestID: String) async -> Reading<QueryOutcome<StatusReply>> { unasked() }
    func balance() async -> Reading<QueryOutcome<BalanceReply>> { unasked() }
    func usage(days: Int) async -> Reading<QueryOutcome<UsageReply>> { unasked() }
    func keys() async -> Reading<QueryOutcome<KeyListReply>> { unasked() }
    func createKey(_ request: NewKeyRequest) async -> Reading<QueryOutcome<NewKeyReply>> { unasked() }
    func revokeKey(_ keyID: String) async -> Reading<QueryOutcome<KeyRevokedReply>> { unasked() }

    private func unasked<Value>() -> Reading<QueryOutcome<Value>> {
        Reading(.failed(.unreachable(reason: "not part of this test")))
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)
    func withLock<Value>(_ body: (inout Int) -> Value) -> Value { count.withLock { body(&$0) } }
}

private final class Answers: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    func add(_ text: String) { texts.withLock { $0.append(text) } }
}

/// Tokens of the port's own making: their text is known.
private struct Issuing {
    let books: StoreFixture
    let parts: PortParts
    let clock: any WallClock

    func token(
        of team: String = "marketing", _ change: (inout TokenRequest) -> Void = { _ in }
    ) async throws -> IssuedToken {
        let directory = Directory(store: parts.store, hasher: parts.masterKey.credentialHasher)
        var request = TokenRequest(
            name: "app", scopes: Set(Scope.allCases), requestsPerMinute: 1_000_000, readsPerMinute: 1_000_000)
        change(&request)
        return try await ManageTokens(
            store: parts.store, directory: directory, hasher: parts.masterKey.credentialHasher, clock: clock
        ).issue(request, for: try await books.team(team), by: StoreFixture.actor, from: .none)
    }

    func suspendedTeam() async throws -> IssuedToken {
        let token = try await token(of: "resting")
        _ = try await parts.store.changeTeam(
            token.token.team, by: StoreFixture.actor, from: .none, at: clock.now()
        ) { $0.state = .suspended }
        return token
    }
}

/// Enough of HTTP/1.1 to tell answers apart.
private enum Wire {
    /// - request: a HEAD is answered without a body.
    static func count(in received: String, of request: String) -> Int {
        messages(in: received, haveBodies: !request.hasPrefix("HEAD")).count
    }

    /// Complete ones.
    static func messages(in received: String, haveBodies: Bool = true) -> [Substring] {
        var messages: [Substring] = []
        var rest = Substring(received)
        while let end = rest.range(of: "\r\n\r\n") {
            let head = rest[..<end.lowerBound]
            let length = haveBodies ? contentLength(of: head) : 0
            guard let stop = rest.utf8.index(end.upperBound, offsetBy: length, limitedBy: rest.endIndex) else { break }
            messages.append(rest[..<stop])
            rest = rest[stop...]
        }
        return messages
    }

    static func cut(_ text: String, at places: [Double]) -> [String] {
        let bytes = Array(text.utf8)
        let cuts = ([0, 1] + places).sorted().map { Int(Double(bytes.count) * $0) }
        return zip(cuts, cuts.dropFirst()).map { String(decoding: bytes[$0..<$1], as: UTF8.self) }
    }

    private static func contentLength(of head: Substring) -> Int {
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        return line.flatMap { Int($0.dropFirst("content-length:".count).trimmingPrefix(" ")) } ?? 0
    }
}
