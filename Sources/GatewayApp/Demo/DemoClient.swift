import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Calls a running gateway as an app, an administrator or a viewer would: over HTTP.
struct DemoClient: Sendable {
    struct Answer: Sendable {
        let status: Int
        let body: Data
        let headers: HTTPHeaders
    }

    private static let bytesMax = 64 << 20

    func call(
        _ method: HTTPMethod, _ url: String, token: String? = nil, json: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let json {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: json))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: DemoClient.bytesMax)
        return Answer(status: Int(response.status.code), body: Data(buffer: body), headers: response.headers)
    }

    /// The reply's JSON; anything but 2xx is a failed step that says what came instead.
    func json<Reply: Decodable>(
        _ type: Reply.Type, _ method: HTTPMethod, _ url: String, token: String, json: String? = nil
    ) async throws -> (reply: Reply, headers: HTTPHeaders) {
        let answer = try await call(method, url, token: token, json: json)
        guard (200..<300).contains(answer.status) else {
            let text = String(decoding: answer.body.prefix(500), as: UTF8.self)
            throw DemoFailure("\(method) \(url) answered \(answer.status): \(text)")
        }
        return (try JSONDecoder().decode(type, from: answer.body), answer.headers)
    }
}

/// A step of the walk that did not hold.
struct DemoFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
