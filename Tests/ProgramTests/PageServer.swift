import GatewayAcceptance
import HTTPTypes
import Hummingbird
import NIOCore

/// One page on a port of its own.
struct PageServer {
    let html: String

    /// - body: receives the port.
    func serve(_ body: (Int) async throws -> Void) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let html = html
        let responder = CallbackResponder<BasicRequestContext> { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
        }
        let application = Application(
            responder: responder, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                if let bound = channel.localAddress?.port { port.yield(bound) }
                port.finish()
            })
        try await serving(application) {
            guard let bound = await ports.first(where: { _ in true }) else { throw GatewayNeverListened() }
            try await body(bound)
        }
    }
}
