import GatewayCore
import GatewayFlow
import GatewayTesting
import Synchronization

/// Endpoints that answer as a test says, and remember what they were sent.
final class ScriptedEndpoints: WebhookSender {
    /// - count: of earlier messages to this URL.
    typealias Script = @Sendable (_ request: WebhookRequest, _ count: Int) async -> WebhookAnswer

    private let script: Script
    private let requests = Mutex<[WebhookRequest]>([])

    init(_ script: @escaping Script = { _, _ in .taken(status: 200) }) { self.script = script }

    /// In the order of their arrival.
    var received: [WebhookRequest] { requests.withLock { $0 } }

    func received(at url: String) -> [WebhookRequest] { received.filter { $0.url == url } }

    func check(_ url: String) async throws(WebhookURLRefused) -> String {
        guard url.hasPrefix("https://") else { throw WebhookURLRefused(rule: "must be https") }
        return "host"
    }

    func send(_ request: WebhookRequest) async -> WebhookAnswer {
        let count = requests.withLock { requests in
            defer { requests.append(request) }
            return requests.count { $0.url == request.url }
        }
        return await script(request, count)
    }

    /// Until the task is cancelled, which the answer then says.
    static func hang() async -> WebhookAnswer {
        while !Task.isCancelled { await Task.yield() }
        return .none(reason: "cancelled")
    }
}

extension WebhookRequest {
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
