package import AsyncHTTPClient
package import NIOCore
package import NIOHTTP1
import VinciAPI

/// One holder of a token (or of none) in front of one port.
package struct WebClient: Sendable {
    private static let deadline = TimeAmount.seconds(60)
    private static let replyBytesMax = 200 << 20

    /// `http://127.0.0.1:PORT`
    package let origin: String
    package let token: String?
    private let http: HTTPClient

    package init(_ origin: String, token: String?, http: HTTPClient) {
        self.origin = origin
        self.token = token
        self.http = http
    }

    package func with(token: String?) -> WebClient { WebClient(origin, token: token, http: http) }

    package func with(origin: String) -> WebClient { WebClient(origin, token: token, http: http) }

    /// - headers: may name a field twice. A `Content-Type` in it replaces the JSON one.
    package func send(
        _ method: HTTPMethod, _ path: String, _ body: WebBody? = nil, headers: HTTPHeaders = [:]
    ) async throws -> WebAnswer {
        var request = HTTPClientRequest(url: origin + path)
        request.method = method
        request.headers = headers
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            if !headers.contains(name: "Content-Type") {
                request.headers.add(name: "Content-Type", value: body.contentType)
            }
            request.body = .bytes(body.bytes)
        }
        let response = try await http.execute(request, timeout: Self.deadline)
        let content = try await response.body.collect(upTo: Self.replyBytesMax)
        return WebAnswer(status: Int(response.status.code), headers: response.headers, body: content)
    }

    package func get(_ path: String, headers: HTTPHeaders = [:]) async throws -> WebAnswer {
        try await send(.GET, path, headers: headers)
    }

    package func post(_ path: String, _ json: String, headers: HTTPHeaders = [:]) async throws -> WebAnswer {
        try await send(.POST, path, .json(json), headers: headers)
    }
}

/// What a request carries.
package struct WebBody: Sendable {
    package let bytes: ByteBuffer
    package let contentType: String

    package static func json(_ text: String) -> WebBody {
        WebBody(bytes: ByteBuffer(string: text), contentType: "application/json")
    }

    /// A form as browsers write it.
    /// - image: nil for a form without one.
    package static func form(_ fields: [(String, String)], image: [UInt8]?) -> WebBody {
        let boundary = "----acceptance7MA4YWxkTrZu0gW"
        var bytes = ByteBuffer()
        for (name, value) in fields {
            bytes.writeString("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n")
        }
        if let image {
            bytes.writeString(
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"image\"; filename=\"portrait.png\"\r\n"
                    + "Content-Type: image/png\r\n\r\n")
            bytes.writeBytes(image)
            bytes.writeString("\r\n")
        }
        bytes.writeString("--\(boundary)--\r\n")
        return WebBody(bytes: bytes, contentType: "multipart/form-data; boundary=\(boundary)")
    }
}
