import AdminAPI
import Foundation
import NIOHTTP1
import VinciAPI

/// One order from the first token to the audit log, over both ports, each step said aloud.
struct DemoWalk: Sendable {
    let publicURL: String
    let adminURL: String
    let adminToken: String
    let say: @Sendable (String) -> Void
    /// Waits between two polls.
    let sleeper: any Clock<Duration>

    private let client = DemoClient()
    private static let pollsMax = 240

    init(
        publicURL: String, adminURL: String, adminToken: String, sleeper: any Clock<Duration>,
        say: @escaping @Sendable (String) -> Void
    ) {
        self.publicURL = publicURL
        self.adminURL = adminURL
        self.adminToken = adminToken
        self.sleeper = sleeper
        self.say = say
    }

    /// - Returns: the token that was issued, for the lines that the user may paste.
    /// - Throws: at the first step that does not hold.
    func run() async throws -> String {
        let token = try await setUp()
        let before = try await budget()
        say("3  budget  before the order: \(describe(before))")
        let (order, job) = try await order(token)
        say("4  order   accepted by Vinci as \(order.requestID), here \(job); $\(try await budget().heldUSD) held")
        let status = try await poll(order.requestID, token)
        say("5  poll    completed: \(status.durationSeconds ?? 0) s of video, cost $\(status.costUSD ?? 0)")
        let size = try await download(status)
        say("6  video   downloaded \(size) bytes of MP4 from \(status.videoURL ?? "")")
        let after = try await budget()
        say("7  budget  after the order:  \(describe(after))")
        try check(before: before, after: after, cost: status.costUSD)
        try await showAudit(of: job)
        return token
    }

    private func setUp() async throws -> String {
        _ = try await client.json(
            TeamReply.self, .POST, adminURL + AdminPath.teams, token: adminToken,
            json: #"{"id": "demo", "name": "Demo team"}"#)
        _ = try await client.json(
            BudgetReply.self, .PUT, adminURL + AdminPath.budget(ownerKind: "team", ownerID: "demo", period: "month"),
            token: adminToken, json: #"{"limit_usd": 5.00}"#)
        say("1  team    \"demo\" with a budget of $5.00 a month")
        let issued = try await client.json(
            NewTokenReply.self, .POST, adminURL + AdminPath.tokens(ofTeam: "demo"), token: adminToken,
            json: #"{"name": "demo app"}"#)
        say("2  token   \(issued.reply.token)")
        return issued.reply.token
    }

    private func budget() async throws -> BudgetReply {
        let list = try await client.json(
            Listing<BudgetReply>.self, .GET, adminURL + AdminPath.budgets, token: adminToken)
        guard let budget = list.reply.rows.first(where: { $0.ownerID == "demo" }) else {
            throw DemoFailure("the demo team's budget is gone")
        }
        return budget
    }

    private func order(_ token: String) async throws -> (order: OrderReply, job: String) {
        let body = #"{"prompt": "A serene sunset over a calm lake", "duration_seconds": 5, "aspect_ratio": "16:9"}"#
        let answer = try await client.json(
            OrderReply.self, .POST, publicURL + "/api" + VinciPath.textToVideo, token: token, json: body)
        guard let job = answer.headers.first(name: "X-Gateway-Job-Id") else {
            throw DemoFailure("the order's reply names no job")
        }
        return (answer.reply, job)
    }

    private func poll(_ requestID: String, _ token: String) async throws -> StatusReply {
        for _ in 0..<DemoWalk.pollsMax {
            let answer = try await client.json(
                StatusReply.self, .GET, publicURL + "/api" + VinciPath.status(requestID), token: token)
            switch answer.reply.status {
            case .completed: return answer.reply
            case .failed: throw DemoFailure("the video failed: \(answer.reply.error ?? "no reason given")")
            case .pending, .processing: try await sleeper.sleep(for: .milliseconds(500))
            }
        }
        throw DemoFailure("the video did not complete in \(DemoWalk.pollsMax / 2) s")
    }

    private func download(_ status: StatusReply) async throws -> Int {
        guard let url = status.videoURL else { throw DemoFailure("the completed job has no video_url") }
        let answer = try await client.call(.GET, url)
        // Every MP4 file begins with the length of its first box and the box's name.
        guard answer.status == 200, answer.body.dropFirst(4).prefix(4) == Data("ftyp".utf8) else {
            throw DemoFailure("\(url) answered \(answer.status) and no MP4 file")
        }
        return answer.body.count
    }

    private func check(before: BudgetReply, after: BudgetReply, cost: Decimal?) throws {
        guard let cost, after.capturedUSD - before.capturedUSD == cost, after.heldUSD == before.heldUSD else {
            throw DemoFailure("the budget was not charged the video's cost")
        }
    }

    private func showAudit(of job: String) async throws {
        let list = try await client.json(
            Listing<AuditRow>.self, .GET, adminURL + AdminPath.audit + "?team=demo&limit=1000", token: adminToken)
        let rows = list.reply.rows.filter { $0.object == job && $0.action != "status.read" }
        say("8  audit   what is on record about \(job):")
        for row in rows { say("           \(describe(row))") }
        guard rows.map(\.action) == ["order.admitted", "order.accepted", "job.completed"] else {
            throw DemoFailure("the audit log does not show the order's three steps")
        }
    }

    private func describe(_ budget: BudgetReply) -> String {
        "limit $\(budget.limitUSD), captured $\(budget.capturedUSD), held $\(budget.heldUSD), "
            + "available $\(budget.availableUSD)"
    }

    private func describe(_ row: AuditRow) -> String {
        let amounts = [row.holdUSD.map { "hold $\($0)" }, row.costUSD.map { "cost $\($0)" }].compactMap(\.self)
        return (["#\(row.seq)", row.at, row.action, "by \(row.actor)"] + amounts).joined(separator: "  ")
    }
}
