import AsyncHTTPClient
import GatewayCore
import NIOCore
import NIOFileSystem
import NIOHTTP1
import NIOSSL
import Synchronization
import VinciAPI

/// Carries requests to Vinci with one key and reports how each ended. Knows HTTP, and nothing of what replies mean.
final class HTTPTransport: Sendable {
    private let configuration: VinciClientConfiguration
    private let clock: any Clock<Duration>
    private let gate: SendGate
    private let keptConnections: KeptConnections
    private let own: HTTPClient
    private let kept: HTTPClient
    private let listeners = Mutex(0)

    /// - trustRoots: who may vouch for Vinci's certificate; anything but the default is for tests.
    init(
        key: UpstreamKey, configuration: VinciClientConfiguration, keptConnections: KeptConnections,
        eventLoopGroup: any EventLoopGroup, clock: any Clock<Duration>, trustRoots: NIOSSLTrustRoots = .default
    ) {
        let gate = SendGate(key: key)
        func client(keeps: Bool) -> HTTPClient {
            // No logger is passed, here or with a request: AsyncHTTPClient prints whole replies at trace level.
            HTTPClient(
                eventLoopGroup: eventLoopGroup,
                configuration: .vinci(
                    configuration, keeps: keeps, keptConnections, gate: gate, trustRoots: trustRoots))
        }
        self.configuration = configuration
        self.clock = clock
        self.gate = gate
        self.keptConnections = keptConnections
        own = client(keeps: false)
        kept = client(keeps: true)
    }

    /// Sends the request at most once. Ends within the request timeout; cancelling the task ends it at once.
    func exchange(_ request: UpstreamRequest) async -> Exchange {
        let pass = gate.issue()
        defer { gate.retire(pass) }
        do {
            return .replied(try await beforeDeadline { try await self.send(request, pass) })
        } catch {
            return pass.withdraw().exchange(after: error)
        }
    }

    /// As ``exchange(_:)``, for what must not be asked twice: when patience ends after something was sent, the connection is
    /// listened to for a while longer. Not cancellable.
    /// - late: told at most once, of how it ended then.
    func order(
        _ request: UpstreamRequest, _ terms: SendTerms, late: @escaping @Sendable (Exchange) async -> Void
    ) async -> Exchange {
        let pass = gate.issue(isOrder: true, if: terms.isStillOurs)
        let end = OneShot<Result<HTTPReply, any Error>>()
        let work = Task(executorPreference: HomeExecutor.current) {
            do {
                end.put(.success(try await self.send(request, pass)))
            } catch {
                end.put(.failure(error))
            }
        }
        let patience = min(terms.patience, configuration.requestTimeout)
        guard let result = await end.value(within: patience, on: clock) else {
            let exchange = pass.withdraw().exchange(after: ExchangeFailure.deadline)
            guard case .broken = exchange, beginListening() else {
                work.cancel()
                gate.retire(pass)
                return exchange
            }
            Task {
                await listen(for: end, pass, late)
                work.cancel()
            }
            return exchange
        }
        gate.retire(pass)
        return pass.exchange(of: result)
    }

    private func listen(
        for end: OneShot<Result<HTTPReply, any Error>>, _ pass: SendPass, _ late: @Sendable (Exchange) async -> Void
    ) async {
        let result = await end.value(within: configuration.lateReplyPatience, on: clock)
        gate.retire(pass)
        listeners.withLock { $0 -= 1 }
        if let result { await late(pass.exchange(of: result)) }
    }

    /// Listening keeps a connection, so most of them stay free for new orders.
    private func beginListening() -> Bool {
        listeners.withLock { count in
            guard count < configuration.connectionsMax / 4 else { return false }
            count += 1
            return true
        }
    }

    /// Ends what is still under way and closes all connections. Calls made later end as `.shutDown`.
    func shutdown() async {
        for client in [own, kept] {
            // The one error is "already shut down", which is what was asked for.
            try? await client.shutdown()
        }
    }

    private func beforeDeadline(_ work: @escaping @Sendable () async throws -> HTTPReply) async throws -> HTTPReply {
        try await withThrowingTaskGroup(of: HTTPReply.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await work() }
            group.addTask { [clock, timeout = configuration.requestTimeout] in
                try await clock.sleep(for: timeout)
                throw ExchangeFailure.deadline
            }
            guard let reply = try await group.next() else { throw ExchangeFailure.other }
            return reply
        }
    }

    private func send(_ request: UpstreamRequest, _ pass: SendPass) async throws -> HTTPReply {
        switch request.lane {
        case .own: return try await send(request, pass, by: own)
        case .kept: return try await send(request, pass, by: kept)
        case .keptIfTrusted:
            guard keptConnections.areTrusted else { return try await send(request, pass, by: own) }
            do {
                return try await send(request, pass, by: kept)
            } catch {
                guard pass.wasTurnedAway else { throw error }
                return try await send(request, pass, by: own)
            }
        }
    }

    private func send(_ request: UpstreamRequest, _ pass: SendPass, by client: HTTPClient) async throws -> HTTPReply {
        var message = HTTPClientRequest(url: "\(configuration.baseURL)\(request.path)")
        message.method = request.method
        message.headers = headers(pass)
        switch request.body {
        case .none:
            return try await execute(message, by: client)
        case .json(let value):
            message.headers.add(name: "Content-Type", value: "application/json")
            message.body = .bytes(ByteBuffer(bytes: try UpstreamRequest.Body.encode(value)))
            return try await execute(message, by: client)
        case .image(let form, let image):
            message.headers.add(name: "Content-Type", value: form.contentType)
            return try await withImage(image) { [message] file in
                var message = message
                let body = MultipartBody(form: form, file: file, imageBytes: image.byteCount)
                message.body = .stream(body, length: .known(form.byteCount(imageBytes: image.byteCount)))
                return try await self.execute(message, by: client)
            }
        }
    }

    private func headers(_ pass: SendPass) -> HTTPHeaders {
        [
            SendGate.passField: "\(pass.number)",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "vinci-gateway",
        ]
    }

    /// Opens and measures the file before anything is sent: a file that is gone must not become an order half sent.
    private func withImage(
        _ image: ImageFile, _ body: @Sendable (ReadFileHandle) async throws -> HTTPReply
    ) async throws -> HTTPReply {
        let options = OpenOptions.Read(followSymbolicLinks: false)
        return try await FileSystem.shared.withFileHandle(forReadingAt: FilePath(image.path), options: options) {
            file in
            guard try await file.info().size == Int64(image.byteCount) else { throw ExchangeFailure.imageUnreadable }
            return try await body(file)
        }
    }

    private func execute(_ message: HTTPClientRequest, by client: HTTPClient) async throws -> HTTPReply {
        // AsyncHTTPClient's own deadline ends with the reply's head; `beforeDeadline` holds to the last byte.
        let response = try await client.execute(message, deadline: .distantFuture)
        let body = try await response.body.collect(upTo: configuration.replyBytesMax)
        return HTTPReply(status: Int(response.status.code), headers: response.headers, body: body)
    }
}

extension SendPass {
    fileprivate func exchange(of result: Result<HTTPReply, any Error>) -> Exchange {
        switch result {
        case .success(let reply): .replied(reply)
        case .failure(let error): withdraw().exchange(after: error)
        }
    }
}

extension SendPass.Withdrawal {
    fileprivate func exchange(after error: any Error) -> Exchange {
        switch self {
        case .neverSent: .notSent(ExchangeFailure(error))
        case .tooLate(.none): .broken(status: nil, ExchangeFailure(error).onceSent)
        case .tooLate(.head(let status)): .broken(status: status, ExchangeFailure(error).onceSent)
        case .tooLate(.early(let reply)): .replied(reply)
        }
    }
}
