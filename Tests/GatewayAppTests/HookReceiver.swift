import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Testing
import VinciAPI

/// An endpoint on a real socket that answers as a test says and judges every signature by itself, as the specification of
/// Standard Webhooks tells receivers to.
final class HookReceiver: Sendable {
    struct Message: Sendable {
        let path: String
        let headers: [String: String]
        let body: String

        var json: JSONValue? { try? JSONDecoder().decode(JSONValue.self, from: Data(body.utf8)) }
        var id: String? { headers["webhook-id"] }

        /// - secret: `whsec_…`, as it was shown.
        func isSigned(with secret: String) -> Bool {
            guard let key = Data(base64Encoded: String(secret.dropFirst("whsec_".count))), let id,
                let timestamp = headers["webhook-timestamp"], let signature = headers["webhook-signature"],
                signature.hasPrefix("v1,"), let code = Data(base64Encoded: String(signature.dropFirst(3)))
            else { return false }
            return HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: Data("\(id).\(timestamp).\(body)".utf8), using: SymmetricKey(data: key))
        }
    }

    /// - count: of earlier messages on this path. Nil: no answer ever. A 429 asks for an hour's pause.
    typealias Script = @Sendable (_ path: String, _ count: Int) -> HTTPResponse.Status?

    private let script: Script
    private let messages = Mutex<[Message]>([])

    private init(_ script: @escaping Script) { self.script = script }

    /// Listens for as long as `body` runs.
    /// - Returns: what `body` returns; it is told the receiver's address, without a slash at the end.
    static func run<Answer: Sendable>(
        _ script: @escaping Script = { _, _ in .noContent },
        _ body: @Sendable @escaping (HookReceiver, String) async throws -> Answer
    ) async throws -> Answer {
        let receiver = HookReceiver(script)
        let (ports, bound) = AsyncStream<Int>.makeStream()
        let router = Router()
        router.post("**") { request, context in try await receiver.take(request, context) }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in bound.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask {
                try? await application.run()
                return nil
            }
            group.addTask {
                var iterator = ports.makeAsyncIterator()
                let port = try #require(await iterator.next())
                return try await body(receiver, "http://127.0.0.1:\(port)")
            }
            defer { group.cancelAll() }
            while let answer = try await group.next() {
                if let answer { return answer }
            }
            throw CancellationError()
        }
    }

    /// In the order of their arrival.
    func received(on path: String) -> [Message] { messages.withLock { $0.filter { $0.path == path } } }

    private func take(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        let headers = Dictionary(
            request.headers.map { ($0.name.rawName.lowercased(), $0.value) }, uniquingKeysWith: { one, _ in one })
        let message = Message(path: request.uri.path, headers: headers, body: String(buffer: body))
        let count = messages.withLock { messages in
            defer { messages.append(message) }
            return messages.count { $0.path == message.path }
        }
        guard let status = script(message.path, count) else {
            try await Task.sleep(for: .seconds(600))
            throw CancellationError()
        }
        return Response(status: status, headers: status == .tooManyRequests ? [.retryAfter: "3600"] : [:])
    }
}
