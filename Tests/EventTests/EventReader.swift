import AsyncHTTPClient
import Foundation
import GatewayAcceptance
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing
import VinciAPI

/// One event as it came.
struct ReadEvent: Sendable, Hashable {
    let kind: String
    let id: String
    let data: String

    var json: JSONValue? { try? JSONDecoder().decode(JSONValue.self, from: Data(data.utf8)) }

    /// Nil for a block that is none, such as a comment.
    init?(_ block: Substring) {
        var fields: [Substring: String] = [:]
        for line in block.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first, parts.count == 2, !name.isEmpty else { continue }
            fields[name] = [fields[name], String(parts[1].dropFirst())].compactMap(\.self).joined(separator: "\n")
        }
        guard let kind = fields["event"], let id = fields["id"], let data = fields["data"] else { return nil }
        (self.kind, self.id, self.data) = (kind, id, data)
    }
}

/// Reads streams of events from as many addresses as that many connections need.
struct EventReader: Sendable {
    private static let connectionsPerAddress = 95

    private let clients: [HTTPClient]

    /// - connections: as many streams as can be open at once.
    static func forTests<Answer: Sendable>(
        connections: Int, _ body: (EventReader) async throws -> Answer
    ) async throws -> Answer {
        let reader = EventReader(addresses: connections / connectionsPerAddress + 1)
        let answer: Result<Answer, any Error>
        do {
            answer = .success(try await body(reader))
        } catch {
            answer = .failure(error)
        }
        for client in reader.clients { try await client.shutdown() }
        return try answer.get()
    }

    private init(addresses: Int) {
        clients = (2..<(2 + addresses)).map { number in
            var configuration = HTTPClient.Configuration()
            configuration.localAddress = "127.0.0.\(number)"
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connectionsPerAddress
            return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
        }
    }

    /// Follows a stream until it ends.
    /// - number: chooses the address.
    /// - onEvent: called with each event as it comes.
    /// - Returns: all of them.
    @discardableResult
    func read(
        _ url: String, token: String?, number: Int = 0, after lastID: String? = nil,
        onEvent: @Sendable (ReadEvent) async throws -> Void = { _ in }
    ) async throws -> [ReadEvent] {
        var request = HTTPClientRequest(url: url)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let lastID { request.headers.add(name: "Last-Event-ID", value: lastID) }
        let response = try await clients[number % clients.count].execute(request, timeout: .seconds(60))
        try #require(response.status == .ok, "\(response.status)")
        var events: [ReadEvent] = []
        var rest = ""
        for try await piece in response.body {
            rest += String(buffer: piece)
            while let end = rest.firstRange(of: "\n\n") {
                if let event = ReadEvent(rest[..<end.lowerBound]) {
                    events.append(event)
                    try await onEvent(event)
                }
                rest.removeSubrange(..<end.upperBound)
            }
        }
        return events
    }
}

extension WebClient {
    static func events(_ id: String) -> String { "/gateway/v1/jobs/\(id)/events" }

    func eventsLink(_ id: String) async throws -> WebAnswer { try await post(Self.events(id) + "/link", "") }
}
