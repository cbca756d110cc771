import AdminAPI
import GatewayCore
import GatewayFlow
import HTTPTypes
import Hummingbird
import VinciAPI

/// `/admin/v1/upstream-keys` and `/admin/v1/upstream`; no reply holds any part of a key.
struct UpstreamRoutes: Sendable {
    let calls: AdminCalls
    let keys: ManageUpstreamKeys
    let account: AccountDesk
    let baseURL: String
    let clock: any WallClock

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath(AdminPath.upstreamKeys)) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                try FieldReader(query: request).end()
                return try JSONReply.of(Listing(try await rows()))
            }
        }
        router.post(RouterPath(AdminPath.upstreamKeys)) { request, context in
            await calls.answer(request, context, needs: .manageAdminsAndKeys) { permit in
                var fields = try await FieldReader(json: request, context)
                let id = try fields.required("id", .upstreamKeyID)
                let secret = try fields.required("api_key", .upstreamKey)
                let rate = try fields.optional("requests_per_minute", .keyRate)
                try fields.end()
                try await keys.add(
                    id, secret, requestsPerMinute: rate ?? VinciLimits.keyRequestsPerMinuteDefault, permit)
                return try await reply(id, status: .created)
            }
        }
        router.patch(RouterPath(AdminPath.upstreamKey(":id"))) { request, context in
            await calls.answer(request, context, needs: .manageAdminsAndKeys) { permit in
                var fields = try await FieldReader(json: request, context)
                let rate = try fields.change("requests_per_minute", .keyRate)
                try fields.end()
                let id = try context.id { UpstreamKeyID($0) }
                switch rate {
                case .keep: break
                case .clear:
                    try await keys.setRequestsPerMinute(VinciLimits.keyRequestsPerMinuteDefault, of: id, permit)
                case .set(let rate): try await keys.setRequestsPerMinute(rate, of: id, permit)
                }
                return try await reply(id, status: .ok)
            }
        }
        router.delete(RouterPath(AdminPath.upstreamKey(":id"))) { request, context in
            await calls.answer(request, context, needs: .manageAdminsAndKeys) { permit in
                try await keys.remove(try context.id { UpstreamKeyID($0) }, permit)
                return Response(status: .noContent)
            }
        }
        router.get(RouterPath(AdminPath.upstream)) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                let rows = try await rows()
                let accepts = rows.contains { $0.state == "ready" }
                return try JSONReply.of(
                    UpstreamReply(baseURL: baseURL, acceptsOrders: accepts, keys: rows, account: await accountReply()))
            }
        }
    }

    private func rows() async throws -> [UpstreamKeyReply] {
        try await keys.list().map { UpstreamKeyReply($0) }
    }

    private func accountReply() async -> AccountReply? {
        guard let balance = await account.balance() else { return nil }
        return AccountReply(balance, at: clock.uptime())
    }

    private func reply(_ id: UpstreamKeyID, status: HTTPResponse.Status) async throws -> Response {
        guard let row = try await rows().first(where: { $0.id == id.text }) else { throw Refusal.notFound }
        return try JSONReply.of(row, status: status)
    }
}

extension FieldRule where Value == UpstreamKeyID {
    fileprivate static var upstreamKeyID: FieldRule {
        FieldRule<String>.text(characters: 1...64).converted(
            "must be 1 to 64 characters of a-z, 0-9, _ and -, beginning with a letter or digit"
        ) { UpstreamKeyID($0) }
    }
}

extension FieldRule where Value == Secret {
    /// What can stand behind `Bearer`: visible ASCII, no spaces. The refusal never quotes it.
    fileprivate static var upstreamKey: FieldRule {
        FieldRule<String>.text(characters: 8...512).converted("must be a Vinci API key: 8 to 512 visible characters") {
            text in text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? Secret(text) : nil
        }
    }
}

extension FieldRule where Value == Int {
    fileprivate static var keyRate: FieldRule { .wholeNumber(in: VinciLimits.keyRequestsPerMinute) }
}

extension UpstreamKeyReply {
    fileprivate init(_ key: ManageUpstreamKeys.Listed) {
        let reading = key.reading
        self.init(
            id: reading.id.text, source: key.createdAt == nil ? "configuration" : "store", state: reading.stateName,
            reason: reading.closure?.reason.rawValue,
            retryAfterSeconds: reading.closure?.remaining.secondsRoundedUp, requestsPerMinute: reading.limit,
            remaining: reading.remaining)
    }
}

extension KeyReading {
    fileprivate var stateName: String {
        switch closure?.reason {
        case .none: "ready"
        case .keyRejected: "rejected"
        case .unknownOutcomes: "broken"
        case .accountEmpty, .rateLimited, .unreachable: "cooling"
        }
    }
}

extension AccountReply {
    fileprivate init(_ balance: AccountDesk.Balance, at now: Uptime) {
        self.init(
            balanceUSD: balance.balance.decimal, totalSpentUSD: balance.totalSpent.decimal,
            ageSeconds: Int(now.since(balance.asOf).components.seconds))
    }
}
