package import AsyncHTTPClient
import NIOPosix

extension HTTPClient {
    /// A client with as many connections as one address may have at a gateway, closed when `body` returns.
    /// - retriesConnecting: a dead port is tried again until the request's deadline.
    package static func forTests<Answer: Sendable>(
        retriesConnecting: Bool = true, _ body: (HTTPClient) async throws -> Answer
    ) async throws -> Answer {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow, decompression: .disabled)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 95
        configuration.connectionPool.retryConnectionEstablishment = retriesConnecting
        let http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        let answer: Result<Answer, any Error>
        do {
            answer = .success(try await body(http))
        } catch {
            answer = .failure(error)
        }
        try await http.shutdown()
        return try answer.get()
    }
}
