import Crypto
import Foundation
import GatewayAcceptance
import NIOHTTP1
import VinciAPI

/// An order as a careful app sends it: under one key, however often it has to ask.
struct ChaosOrder: Sendable {
    let number: Int
    let team: String
    let kind: VideoKind
    let seconds: Int

    var prompt: String { "scene \(number) of \(team)" }
    var key: String { "order-\(number)" }

    /// As Vinci's log of orders names it.
    var promptSHA256: String {
        SHA256.hash(data: Data(prompt.utf8)).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    func send(to app: WebClient) async throws -> WebAnswer {
        let headers: HTTPHeaders = ["Idempotency-Key": key]
        return switch kind {
        case .text: try await app.order(prompt, seconds: seconds, headers: headers)
        case .image: try await app.orderImage(prompt, seconds: seconds, headers: headers)
        }
    }
}
