import AdminAPI
import Foundation
import GatewayCore
import GatewayFlow
import GatewayStore
import Hummingbird
import VinciAPI

/// Jobs, usage and the ledger, for administrators.
struct BookRoutes: Sendable {
    let calls: AdminCalls
    let books: ReadBooks
    let resolve: ResolveUnknown
    let isExclusive: Bool
    let clock: any WallClock

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath(AdminPath.jobs)) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                var query = try FieldReader(query: request)
                let team = try query.optional("team", .text(characters: 1...64))
                let page = try JobPage(&query)
                try query.end()
                let filter = JobFilter(team: team.map { TeamID(stored: $0) }, state: page.state)
                let jobs = try await books.jobs(filter, before: page.before, limit: page.limit + 1)
                return try JSONReply.of(page.listing(of: jobs) { JobReply(forAdmin: $0) })
            }
        }
        router.get(RouterPath(AdminPath.job(":id"))) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                let name = try context.id { JobReference.read($0) }
                return try await reply(try await books.job(name))
            }
        }
        router.post(RouterPath(AdminPath.resolve(job: ":id"))) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                var fields = try await FieldReader(json: request, context)
                let finding = try Finding(&fields)
                let reason = try fields.required("reason", .text(characters: 1...500))
                try fields.end()
                let job = try await resolve(try context.id { JobID($0) }, finding, reason: reason, permit)
                return try await reply(job)
            }
        }
        router.get(RouterPath(AdminPath.usage)) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                let report = try UsageQuery(request, now: clock.now())
                let rows = try await books.usage(from: report.start, to: report.end, by: report.grouping)
                let replies = rows.map { UsageRowReply($0, by: report.grouping) }
                if request.headers[.accept]?.contains("text/csv") == true {
                    return CSVReply.of(replies, by: report.grouping)
                }
                let (known, last) = try await books.reconciliation()
                return try JSONReply.of(
                    UsageReply(rows: replies, reconcile: ReconcileReply(known, last: last, isExclusive: isExclusive)))
            }
        }
        router.get(RouterPath(AdminPath.ledgerVerify)) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                try FieldReader(query: request).end()
                return try JSONReply.of(LedgerReply(try await books.verifyLedger(), at: clock.now()))
            }
        }
    }

    private func reply(_ job: Job) async throws -> Response {
        try JSONReply.of(JobReply(forAdmin: job, history: try await books.history(of: job.id)))
    }
}

extension Finding {
    /// - cost: at most a thousand dollars; a video costs cents.
    fileprivate init(_ fields: inout FieldReader) throws(InvalidField) {
        let resolution = try fields.required("resolution", .choice(JobResolution.self))
        switch resolution {
        case .notCharged:
            self = .notCharged
        case .charged:
            self = .charged(try fields.required("cost_usd", .usd(in: .zero...MicroUSD(count: 1_000_000_000))))
        case .found:
            let id = FieldRule<String>.text(characters: 1...128).converted("must be a request id of Vinci's") {
                VinciLimits.isRequestID($0) ? RequestID(checked: $0) : nil
            }
            self = .found(try fields.required("request_id", id))
        }
    }
}

/// `?from=&to=&group_by=`: the last 30 days by team unless said otherwise.
private struct UsageQuery {
    let start: Timestamp
    let end: Timestamp
    let grouping: UsageGrouping

    init(_ request: Request, now: Timestamp) throws {
        var query = try FieldReader(query: request)
        end = try query.optional("to", .dayOrTime) ?? now
        start = try query.optional("from", .dayOrTime) ?? end.adding(.seconds(-30 * 86_400))
        grouping = try query.optional("group_by", .choice(UsageGrouping.self)) ?? .team
        try query.end()
        guard start < end else { throw InvalidField("from", "must be earlier than to") }
    }
}

extension FieldRule where Value == Timestamp {
    /// A time, or a day that stands for its first instant in UTC.
    fileprivate static var dayOrTime: FieldRule {
        FieldRule<String>.text(characters: 1...40).converted(
            "must be a day such as \"2026-11-22\" or an RFC 3339 time such as \"2026-11-22T09:03:59Z\""
        ) { Timestamp(rfc3339: $0) ?? Timestamp(rfc3339: $0 + "T00:00:00Z") }
    }
}

extension UsageRowReply {
    fileprivate init(_ row: UsageRow, by grouping: UsageGrouping) {
        let figures = row.figures
        self.init(
            team: grouping == .team ? row.group : nil, token: grouping == .token ? row.group : nil,
            kind: grouping == .kind ? VideoKind(rawValue: row.group) : nil, day: grouping == .day ? row.group : nil,
            orders: figures.orders, completed: figures.completed, failed: figures.failed, unknown: figures.unknown,
            seconds: Decimal(figures.videoMicroseconds) / 1_000_000, heldUSD: figures.held.decimal,
            capturedUSD: figures.captured.decimal)
    }
}
