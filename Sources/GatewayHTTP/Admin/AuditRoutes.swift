import AdminAPI
import Foundation
import GatewayCore
import GatewayFlow
import GatewayStore
import Hummingbird
import NIOCore
import VinciAPI

/// `/admin/v1/audit`: a page as JSON, or everything as JSON lines.
struct AuditRoutes: Sendable {
    let calls: AdminCalls
    let books: ReadBooks

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath(AdminPath.audit)) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                let query = try AuditQuery(request)
                guard request.headers[.accept]?.contains("application/jsonl") == true else {
                    return try await page(query)
                }
                return stream(query)
            }
        }
    }

    private func page(_ query: AuditQuery) async throws -> Response {
        let records = try await books.audit(
            after: query.after, team: query.team, action: query.action, limit: query.limit + 1)
        let rows = records.prefix(query.limit).map { AuditRow($0) }
        let next = records.count > query.limit ? rows.last.map { String($0.seq) } : nil
        return try JSONReply.of(Listing(rows, nextCursor: next))
    }

    /// Reads page by page as fast as the client takes them; memory holds one page.
    private func stream(_ query: AuditQuery) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/jsonl", .cacheControl: "private, no-store"],
            body: ResponseBody { writer in
                var last = query.after
                while true {
                    let records = try await books.audit(
                        after: last, team: query.team, action: query.action, limit: ReadBooks.pageMax)
                    guard let newest = records.last else { break }
                    var page = ByteBuffer()
                    for record in records { page.writeString(try VinciJSON.text(AuditRow(record)) + "\n") }
                    try await writer.write(page)
                    last = newest.seq
                }
                try await writer.finish(nil)
            })
    }
}

/// `?after=&team=&action=&limit=`
private struct AuditQuery: Sendable {
    let after: Int64
    let team: TeamID?
    let action: AuditAction?
    let limit: Int

    init(_ request: Request) throws {
        var query = try FieldReader(query: request)
        after = Int64(try query.optional("after", .wholeNumber(in: 0...Int.max)) ?? 0)
        team = try query.optional("team", .text(characters: 1...64)).map { TeamID(stored: $0) }
        action = try query.optional("action", .choice(AuditAction.self))
        limit = try query.optional("limit", .wholeNumber(in: 1...ReadBooks.pageMax)) ?? 100
        try query.end()
    }
}

extension AuditRow {
    fileprivate init(_ stored: SequencedAuditRecord) {
        let record = stored.record
        self.init(
            seq: stored.seq, at: record.at.rfc3339, actor: record.actor.text, team: record.team?.text,
            action: record.action.rawValue, object: record.object, outcome: record.outcome.rawValue,
            holdUSD: record.hold?.decimal, costUSD: record.cost?.decimal,
            upstreamRequestID: record.upstreamRequestID?.text, upstreamStatus: record.upstreamStatus,
            clientAddress: record.source.clientAddress, origin: record.source.origin,
            requestID: record.source.requestID, promptHash: record.prompt?.hash.hexadecimal,
            promptCharacters: record.prompt?.characters, prompt: record.prompt?.text, detail: record.detail)
    }
}
