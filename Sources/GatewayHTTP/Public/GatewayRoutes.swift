import AdminAPI
import Foundation
import GatewayCore
import GatewayFlow
import GatewayStore
import Hummingbird
import VinciAPI

/// `/gateway/v1`: what Vinci does not have.
struct GatewayRoutes: Sendable {
    let calls: PublicCalls
    let describe: DescribeCaller
    let quote: QuoteOrder
    let books: ReadBooks
    let urls: VideoURLs
    let clock: any WallClock

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath(GatewayPath.whoami)) { request, context in
            await calls.answer(request, context, as: .whoAmI) { paced, _ in
                try FieldReader(query: request).end()
                return try JSONReply.of(WhoamiReply(try await describe(paced), at: clock.now()))
            }
        }
        router.post(RouterPath(GatewayPath.quote)) { request, context in
            await calls.answer(request, context, as: .quote) { paced, _ in
                var fields = try await FieldReader(json: request, context)
                let order = try TextToVideoRequest(&fields)
                try fields.end()
                return try JSONReply.of(QuoteReply(try await quote(paced, seconds: order.durationSeconds)))
            }
        }
        router.get(RouterPath(GatewayPath.jobs)) { request, context in
            await calls.answer(request, context, as: .listJobs) { paced, _ in
                let page = try JobPage(request)
                let jobs = try await books.jobs(
                    paced, state: page.state, before: page.before, limit: page.limit + 1)
                return try JSONReply.of(page.listing(of: jobs) { urls.reply($0, to: paced.caller) })
            }
        }
        router.get(RouterPath(GatewayPath.job(":id"))) { request, context in
            await calls.answer(request, context, as: .listJobs) { paced, _ in
                try FieldReader(query: request).end()
                guard let name = JobReference.read(try context.parameters.require("id")) else { throw Refusal.notFound }
                return try JSONReply.of(urls.reply(try await books.job(paced, name), to: paced.caller))
            }
        }
    }
}

/// `?state=&limit=&cursor=` of a list of jobs, latest first; the cursor is the last id of the page before.
struct JobPage {
    let state: JobState?
    let before: JobID?
    let limit: Int

    init(_ request: Request) throws {
        var query = try FieldReader(query: request)
        try self.init(&query)
        try query.end()
    }

    init(_ query: inout FieldReader) throws(InvalidField) {
        state = try query.optional("state", .choice(JobState.self))
        limit = try query.optional("limit", .wholeNumber(in: 1...ReadBooks.pageMax)) ?? 100
        before = try query.optional(
            "cursor",
            FieldRule<String>.text(characters: 1...64).converted("must be the next_cursor of an earlier page") {
                JobID($0)
            })
    }

    /// - jobs: one more than the page holds, if there is one.
    func listing<Row: Listed>(of jobs: [Job], _ row: (Job) -> Row) -> Listing<Row> {
        let page = jobs.prefix(limit)
        return Listing(page.map(row), nextCursor: jobs.count > limit ? page.last?.id.text : nil)
    }
}

extension WhoamiReply {
    fileprivate init(_ answer: DescribeCaller.Answer, at now: Timestamp) {
        let token = answer.caller.token
        self.init(
            team: token.team.text, teamName: answer.caller.team.name, keyID: token.keyID.text, name: token.name,
            scopes: token.scopes.sorted().map(\.rawValue),
            allowedOrigins: answer.caller.allowedOrigins.map(\.text).sorted(), ownJobsOnly: token.ownJobsOnly,
            expiresAt: token.expiresAt?.rfc3339, rateLimit: PaceReply(answer.requests, at: now),
            readRateLimit: PaceReply(answer.reads, at: now), openJobs: answer.openJobs,
            openJobsMax: answer.openJobsMax, budgets: answer.budgets.map { BudgetReply($0) })
    }
}

extension PaceReply {
    fileprivate init(_ reading: PaceReading, at now: Timestamp) {
        self.init(
            limit: reading.limit, remaining: reading.remaining, resetsAt: now.adding(reading.resetsIn).rfc3339)
    }
}

extension QuoteReply {
    fileprivate init(_ answer: QuoteOrder.Answer) {
        let problem = answer.refusal.map(Refusals.problem)
        self.init(
            admitted: answer.refusal == nil, estimatedCostUSD: answer.quote.estimatedCost.decimal,
            holdUSD: answer.quote.hold.decimal, code: problem?.code.rawValue, detail: problem?.detail,
            limitSource: answer.binding?.budget.source, availableUSD: answer.binding?.available.decimal,
            resetsAt: answer.binding?.interval.end?.rfc3339)
    }
}
