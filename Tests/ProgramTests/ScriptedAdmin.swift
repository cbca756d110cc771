import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

/// An admin port that gives one prepared reply to whatever comes, and remembers what came.
struct ScriptedAdmin {
    struct Seen: Sendable, Equatable {
        /// `GET /admin/v1/teams`, with the query.
        var call: String
        var authorization: String?
        var accept: String?
        var body: String
    }

    static let token = "adm-vgw-0123456789"

    var status = HTTPResponse.Status.ok
    var contentType = "application/json"
    var reply: String

    /// Serves for the length of one run of the program with these arguments.
    func run(_ arguments: [String], environment: [String: String] = [:], stdin: String = "") async throws -> (
        Outcome, [Seen]
    ) {
        let log = RequestLog()
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: responder(log),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                if let bound = channel.localAddress?.port { port.yield(bound) }
                port.finish()
            })
        let group = ServiceGroup(configuration: .init(services: [application], logger: application.logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { port.finish() }
                try await group.run()
            }
            var outcome = Outcome(exit: -1, stdout: "", stderr: "the server did not start")
            for await bound in ports {
                let access = [
                    "VINCI_GATEWAY_ADMIN_URL": "http://127.0.0.1:\(bound)", "VINCI_GATEWAY_ADMIN_TOKEN": Self.token,
                ]
                outcome = try await BuiltProgram.run(
                    arguments, environment: access.merging(environment) { _, given in given }, stdin: stdin)
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return (outcome, log.seen)
        }
    }

    private func responder(_ log: RequestLog) -> CallbackResponder<BasicRequestContext> {
        let (status, contentType, reply) = (status, contentType, reply)
        return CallbackResponder { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            log.append(
                Seen(
                    call: "\(request.method) \(request.head.path ?? "")",
                    authorization: request.headers[.authorization],
                    accept: request.headers[.accept], body: String(buffer: body)))
            return Response(
                status: status, headers: [.contentType: contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: reply)))
        }
    }
}

private final class RequestLog: Sendable {
    private let requests = Mutex<[ScriptedAdmin.Seen]>([])

    var seen: [ScriptedAdmin.Seen] { requests.withLock { $0 } }
    func append(_ request: ScriptedAdmin.Seen) { requests.withLock { $0.append(request) } }
}
