import Hummingbird
import VinciAPI

/// Vinci's own calls, below `/api`.
struct VinciRoutes: Sendable {
    let exchange: Exchange

    func add(to router: Router<SimulatorContext>) {
        let api = router.group("/api")
        let exchange = exchange
        // The router's placeholder stands where the id of a real path stands.
        let id = "{id}"
        api.post(RouterPath(VinciPath.textToVideo)) { request, context in
            try await exchange.serve(.submitText, request, context) { .order(try await TextOrderBody.read($0)) }
        }
        api.post(RouterPath(VinciPath.imageToVideo)) { request, context in
            try await exchange.serve(.submitImage, request, context) { .order(try await ImageOrderForm.read($0)) }
        }
        api.get(RouterPath(VinciPath.status(id))) { request, context in
            try await exchange.serve(.status, request, context) { _ in .status(requestID: context.id) }
        }
        api.get(RouterPath(VinciPath.balance)) { request, context in
            try await exchange.serve(.balance, request, context) { _ in .balance }
        }
        api.get(RouterPath(VinciPath.usage)) { request, context in
            try await exchange.serve(.usage, request, context) { .usage(days: try UsageQuery.days(of: $0)) }
        }
        api.get(RouterPath(VinciPath.keys)) { request, context in
            try await exchange.serve(.keys, request, context) { _ in .listKeys }
        }
        api.post(RouterPath(VinciPath.keys)) { request, context in
            try await exchange.serve(.keys, request, context) { try await NewKeyBody.read($0) }
        }
        api.delete(RouterPath(VinciPath.key(id))) { request, context in
            try await exchange.serve(.keys, request, context) { _ in .revokeKey(id: context.id) }
        }
    }
}

enum UsageQuery {
    /// `?days=`, 1…90, 30 when absent.
    static func days(of request: Request) throws(VinciRefusal) -> Int {
        guard let text = request.uri.queryParameters["days"] else { return VinciLimits.usageDaysDefault }
        guard let days = Int(text), VinciLimits.usageDays.contains(days) else {
            throw .invalidField("days", rule: "must be a whole number from 1 to 90")
        }
        return days
    }
}
