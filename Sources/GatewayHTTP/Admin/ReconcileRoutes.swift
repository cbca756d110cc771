import AdminAPI
import GatewayCore
import GatewayFlow
import Hummingbird

/// `POST /admin/v1/reconcile`
struct ReconcileRoutes: Sendable {
    let calls: AdminCalls
    let books: ReadBooks
    let reconcile: Reconcile

    func add(to router: Router<GatewayRequestContext>) {
        router.post(RouterPath(AdminPath.reconcile)) { request, context in
            await calls.answer(request, context, needs: .manageTeams) { permit in
                let explanation = try await explanation(request, context)
                guard let outcome = try await reconcile() else {
                    throw Refusal.upstreamUnavailable(nil, retryAfter: .seconds(15))
                }
                if let explanation { try await reconcile.acceptDrift(outcome, reason: explanation, permit) }
                let (known, last) = try await books.reconciliation()
                return try JSONReply.of(
                    ReconcileReply(known, last: last, isExclusive: reconcile.isExclusive, settled: outcome.settled))
            }
        }
    }

    /// - Returns: why the drift is to be accepted; nil when it is only to be measured.
    private func explanation(_ request: Request, _ context: GatewayRequestContext) async throws -> String? {
        guard request.hasBody else { return nil }
        var fields = try await FieldReader(json: request, context)
        let accepts = try fields.optional("accept_drift", .boolean) ?? false
        let reason =
            accepts
            ? try fields.required("reason", .text(characters: 1...500))
            : try fields.optional("reason", .text(characters: 1...500))
        try fields.end()
        return accepts ? reason : nil
    }
}

extension Request {
    fileprivate var hasBody: Bool {
        headers[.transferEncoding] != nil || headers[.contentLength].map { $0 != "0" } ?? false
    }
}
