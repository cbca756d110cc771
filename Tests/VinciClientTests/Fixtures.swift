import Foundation
import GatewayCore
import Logging
import NIOPosix
import NIOSSL
import Testing
import VinciAPI

@testable import VinciClient

/// The text that must never come out anywhere.
let canary = "sk-canary-7f3a9c51d2e84b60"

enum Fixture {
    static func configuration(
        _ base: String, connectTimeout: Duration = .seconds(2), requestTimeout: Duration = .seconds(10),
        onServerError: ServerErrorPolicy = .hold, connectionsMax: Int = 16
    ) throws -> VinciClientConfiguration {
        VinciClientConfiguration(
            baseURL: try UpstreamBaseURL(base), connectTimeout: connectTimeout, requestTimeout: requestTimeout,
            replyBytesMax: 64 * 1024, onServerError: onServerError, connectionsMax: connectionsMax)
    }

    static let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    @discardableResult
    static func withClient<Result>(
        _ configuration: VinciClientConfiguration, kept: KeptConnections = KeptConnections(),
        on group: MultiThreadedEventLoopGroup = .singleton, logger: Logger = silent,
        trustRoots: NIOSSLTrustRoots = .default, _ body: (VinciClient) async throws -> Result
    ) async throws -> Result {
        let client = try VinciClient(
            apiKey: Secret(canary), configuration: configuration, keptConnections: kept, eventLoopGroup: group,
            clock: ContinuousClock(), logger: logger, trustRoots: trustRoots)
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// A client that talks to the server, which is closed afterwards.
    @discardableResult
    static func withClient<Result>(
        of server: RawServer, requestTimeout: Duration = .seconds(10), onServerError: ServerErrorPolicy = .hold,
        kept: KeptConnections = KeptConnections(), connectionsMax: Int = 16,
        on group: MultiThreadedEventLoopGroup = .singleton, _ body: (VinciClient) async throws -> Result
    ) async throws -> Result {
        let configuration = try configuration(
            "http://127.0.0.1:\(server.port)/api", requestTimeout: requestTimeout, onServerError: onServerError,
            connectionsMax: connectionsMax)
        let result = try await withClient(configuration, kept: kept, on: group, body)
        await server.close()
        return result
    }

    static let textOrder = VideoRequest.text(TextToVideoRequest(prompt: "A calm lake at dawn", durationSeconds: 5))

    /// An image order on a file that exists only inside of the closure.
    static func withImageOrder<Result>(
        bytes: Int = 200_000, prompt: String = "She smiles", _ body: (VideoRequest, [UInt8]) async throws -> Result
    ) async throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "vinci-client-\(UUID().uuidString).png").path
        let content = content(bytes)
        try Data(content).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let image = ImageFile(path: path, byteCount: bytes, format: .png, sha256: [])
        return try await body(.image(ImageToVideoRequest(image: image, prompt: prompt, durationSeconds: 6)), content)
    }

    /// A pattern whose period is a prime number, so that a chunk lost or swapped does not look like its neighbour.
    private static func content(_ bytes: Int) -> [UInt8] {
        let pattern = (0..<4093).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        var content: [UInt8] = []
        while content.count < bytes { content.append(contentsOf: pattern.prefix(bytes - content.count)) }
        return content
    }

    static func withOrder<Result>(
        _ kind: VideoKind, _ body: (VideoRequest) async throws -> Result
    ) async throws -> Result {
        switch kind {
        case .text: try await body(textOrder)
        case .image: try await withImageOrder { order, _ in try await body(order) }
        }
    }
}

extension SubmitOutcome {
    /// The outcome without its figures and words, for tables.
    var verdict: String {
        switch self {
        case .accepted: "accepted"
        case .notCreated(.notSent): "not sent"
        case .notCreated(.rejected(let status, _)): "rejected \(status)"
        case .notCreated(.keyRejected(let status)): "key rejected \(status)"
        case .notCreated(.accountEmpty): "account empty"
        case .notCreated(.rateLimited(let seconds)): "rate limited \(seconds.map(String.init) ?? "-")"
        case .notCreated(.serverError): "server error"
        case .unknown(let cause): "unknown \(cause.status.map(String.init) ?? "-")"
        }
    }
}

/// A small generator whose sequence is fixed by its seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension VinciUpstream {
    /// An order that only the client's own timeouts end.
    func submit(_ request: VideoRequest) async -> Reading<SubmitOutcome> {
        await submit(request, SendTerms(patience: .seconds(3600)))
    }
}
