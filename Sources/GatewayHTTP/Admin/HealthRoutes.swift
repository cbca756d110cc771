import GatewayFlow
import HTTPTypes
import Hummingbird
import NIOCore

/// `/livez`, `/readyz` and `/metrics`: without a token, on the admin port only.
struct HealthRoutes: Sendable {
    let readiness: Readiness
    /// Prometheus text of everything that was counted.
    let exportMetrics: @Sendable () -> String

    func add(to router: Router<GatewayRequestContext>) {
        router.get("/livez") { _, _ in HealthRoutes.text("ok\n") }
        router.get("/readyz") { _, _ in
            let state = readiness.current
            return HealthRoutes.text("\(state.rawValue)\n", status: state == .ready ? .ok : .serviceUnavailable)
        }
        router.get("/metrics") { _, _ in
            HealthRoutes.text(exportMetrics(), type: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    private static func text(
        _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
