import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /openapi.json`: what apps may call, for programs. The one call that asks for no token, so that tools can read it.
struct OpenAPIRoutes: Sendable {
    static let path = "/openapi.json"

    /// OpenAPI 3.1, compiled into the binary from the file beside this one.
    static let document = ByteBuffer(bytes: PackageResources.openapi_json)

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath(OpenAPIRoutes.path)) { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "public, max-age=300"],
                body: ResponseBody(byteBuffer: OpenAPIRoutes.document))
        }
    }
}
