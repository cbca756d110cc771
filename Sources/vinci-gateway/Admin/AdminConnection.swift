import AdminAPI
import AsyncHTTPClient
import Foundation
import GatewayCore
import NIOCore
import NIOHTTP1

/// The admin API of a running gateway, for the length of one command.
struct AdminConnection {
    /// Longest wait for the head of a reply, and between two parts of its body.
    private static let patience = TimeAmount.seconds(60)
    private static let replyBytesMax = 64 << 20

    private let client: HTTPClient
    private let access: AdminAccess

    /// Opens what the environment names, and closes it however the command ends.
    static func open<Result>(_ use: (AdminConnection) async throws -> Result) async throws -> Result {
        let access = try AdminAccess(environment: ProcessInfo.processInfo.environment)
        // A redirect would carry the admin token to a place that nobody configured.
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(5), read: patience)
        // A person waits: a refused connection is an answer, not a reason to try for a while.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await use(AdminConnection(client: client, access: access))
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    func get(_ path: String, query: [URLQueryItem] = []) async throws -> AdminReply {
        try await collected(request(.GET, path, query: query))
    }

    func post(_ path: String, _ body: some RequestBody) async throws -> AdminReply {
        try await collected(request(.POST, path, body: body))
    }

    func put(_ path: String, _ body: some RequestBody) async throws -> AdminReply {
        try await collected(request(.PUT, path, body: body))
    }

    func patch(_ path: String, _ body: some RequestBody) async throws -> AdminReply {
        try await collected(request(.PATCH, path, body: body))
    }

    func delete(_ path: String) async throws -> AdminReply {
        try await collected(request(.DELETE, path))
    }

    /// The reply in another form than JSON, handed on as it comes.
    func stream(_ path: String, query: [URLQueryItem], accept: String, to sink: (Data) -> Void) async throws {
        var request = request(.GET, path, query: query)
        request.headers.replaceOrAdd(name: "Accept", value: accept)
        let response = try await head(of: request)
        do {
            for try await part in response.body { sink(Data(part.readableBytesView)) }
        } catch {
            throw access.unreachable(error)
        }
    }

    private func request(_ method: HTTPMethod, _ path: String, query: [URLQueryItem] = []) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: access.address + path + Self.queryText(query))
        request.method = method
        request.headers = ["Authorization": "Bearer \(access.token.reveal())", "Accept": "application/json"]
        return request
    }

    private func request(_ method: HTTPMethod, _ path: String, body: some RequestBody) throws -> HTTPClientRequest {
        var request = request(method, path)
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(try JSONEncoder().encode(body))
        return request
    }

    private func collected(_ request: HTTPClientRequest) async throws -> AdminReply {
        let response = try await head(of: request)
        return AdminReply(body: try await body(of: response))
    }

    /// - Throws: ``CommandFailure`` for every status but 2xx, with what the problem document says.
    private func head(of request: HTTPClientRequest) async throws -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, timeout: Self.patience)
        } catch {
            throw access.unreachable(error)
        }
        guard (200..<300).contains(response.status.code) else {
            throw access.refused(status: Int(response.status.code), body: try await body(of: response))
        }
        return response
    }

    private func body(of response: HTTPClientResponse) async throws -> Data {
        do {
            return Data(try await response.body.collect(upTo: Self.replyBytesMax).readableBytesView)
        } catch {
            throw access.unreachable(error)
        }
    }

    private static func queryText(_ items: [URLQueryItem]) -> String {
        let given = items.filter { $0.value != nil }.map { "\($0.name)=\(PathSegment.escaped($0.value ?? ""))" }
        return given.isEmpty ? "" : "?" + given.joined(separator: "&")
    }
}
