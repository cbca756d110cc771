import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing
import VinciAPI

@testable import VinciSimulator

/// A client of one running simulator, over real sockets.
struct Caller: Sendable {
    static let deadline = TimeAmount.seconds(20)

    let simulator: VinciSimulator
    let origin: String
    let client: HTTPClient
    var key: String? = KeySeed.defaultText

    /// - path: below `/api/v1` unless it begins with a scheme or names another room by `/simulator` or `/videos`.
    func send(
        _ method: String, _ path: String, body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url(path))
        request.method = HTTPMethod(rawValue: method)
        if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        if let body {
            request.body = .bytes(ByteBuffer(string: body))
            if headers["Content-Type"] == nil { request.headers.add(name: "Content-Type", value: "application/json") }
        }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await client.execute(request, timeout: Self.deadline)
        let content = try await response.body.collect(upTo: 200 * 1024 * 1024)
        return Answer(status: Int(response.status.code), headers: response.headers, body: content)
    }

    private func url(_ path: String) -> String {
        if path.hasPrefix("http") { return path }
        let isOtherRoom = path.hasPrefix("/simulator/") || path.hasPrefix("/videos/")
        return isOtherRoom ? origin + path : origin + "/api/v1" + path
    }

    func get(_ path: String) async throws -> Answer { try await send("GET", path) }

    /// Orders a video; `fields` are further JSON members.
    func order(_ prompt: String = "A lighthouse", seconds: Int = 5, fields: String = "") async throws -> Answer {
        try await send(
            "POST", "/generate/text-to-video",
            body: #"{"prompt": "\#(prompt)", "duration_seconds": \#(seconds)\#(fields)}"#)
    }

    /// The request id of an order that must be accepted.
    func ordered(_ prompt: String = "A lighthouse", seconds: Int = 5) async throws -> String {
        let answer = try await order(prompt, seconds: seconds)
        try #require(answer.status == 200, "\(answer.text)")
        return try #require(answer["request_id"]?.string)
    }

    func status(_ id: String) async throws -> Answer { try await get("/status/\(id)") }
}

struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer

    var byteCount: Int { body.readableBytes }
    var text: String { String(buffer: body) }
    var bytes: [UInt8] { Array(body.readableBytesView) }
    var json: JSONValue? { try? JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView)) }
    var detail: String? { self["detail"]?.string }

    func header(_ name: String) -> String? { headers.first(name: name) }

    subscript(field: String) -> JSONValue? { json?[field] }
}

extension JSONValue {
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var decimal: Decimal? { if case .number(let number) = self { number } else { nil } }
    var list: [JSONValue]? { if case .array(let list) = self { list } else { nil } }
    subscript(field: String) -> JSONValue? { if case .object(let fields) = self { fields[field] } else { nil } }
    subscript(index: Int) -> JSONValue? { list.flatMap { $0.indices.contains(index) ? $0[index] : nil } }
}

/// A decimal from its digits; never through a binary fraction.
func decimal(_ text: String) -> Decimal { Decimal(string: text) ?? .nan }

/// Runs a simulator and a client for as long as `body` runs.
func withSimulator(
    _ configuration: SimulatorConfiguration = .forTests(), clock: any SimulatorClock = SteppedTime(),
    _ body: (Caller) async throws -> Void
) async throws {
    let simulator = try VinciSimulator(configuration, clock: clock)
    var settings = HTTPClient.Configuration()
    settings.redirectConfiguration = .disallow
    settings.decompression = .disabled
    let client = HTTPClient(configuration: settings)
    do {
        try await simulator.serve { baseURL in
            let origin = String(baseURL.dropLast("/api".count))
            try await body(Caller(simulator: simulator, origin: origin, client: client))
        }
    } catch {
        try await client.shutdown()
        throw error
    }
    try await client.shutdown()
}

extension SimulatorConfiguration {
    /// One account with one key that is hardly limited, and jobs of ten seconds on the clock.
    static func forTests(
        balance: USD = .dollars(100), requestsPerMinute: Int = 100_000, billedLength: BilledLength = .asOrdered,
        faults: [FaultRule] = [], seed: UInt64 = 1
    ) -> SimulatorConfiguration {
        SimulatorConfiguration(
            accounts: [
                AccountSeed(balance: balance, keys: [KeySeed(id: "vinci_first", requestsPerMinute: requestsPerMinute)])
            ],
            jobDuration: .seconds(10), billedLength: billedLength, faults: faults, seed: seed)
    }

    static func forTests(script: String) throws -> SimulatorConfiguration {
        .forTests(faults: try FaultScript.rules(in: script))
    }
}
