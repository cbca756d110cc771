import Foundation
import GatewayCore
import GatewayFlow
import GatewayTesting
import Testing

@Suite("A webhook's secret") struct WebhookSecretTests {
    /// The example of the Standard Webhooks specification and its libraries; computed once more with Python's hmac.
    @Test("signs as the specification's example does") func example() throws {
        let secret = try #require(WebhookSecret(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")))
        let signature = secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: #"{"test": 2432232314}"#)
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("is whsec_ and the base64 of 32 random bytes, new each time, and never printed") func form() throws {
        var random = SeededRandom(seed: 1)
        let secrets = (0..<20).map { _ in WebhookSecret(using: &random) }
        #expect(Set(secrets.map { $0.text }).count == 20)
        for secret in secrets {
            let text = secret.text.reveal()
            #expect(text.hasPrefix("whsec_"))
            #expect(Data(base64Encoded: String(text.dropFirst(6)))?.count == 32)
            #expect(!"\(secret)".contains(text))
            let again = try #require(WebhookSecret(secret.text))
            #expect(
                again.signature(id: "a", timestamp: 1, body: "b") == secret.signature(id: "a", timestamp: 1, body: "b"))
        }
    }

    @Test(
        "is of no other form",
        arguments: ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_!"])
    func otherForms(text: String) { #expect(WebhookSecret(Secret(text)) == nil) }

    @Test("is opened for its own webhook only, and not as an upstream key") func sealed() throws {
        let key = try #require(MasterKey(bytes: Array(repeating: 1, count: 32)))
        var random = SeededRandom(seed: 2)
        let (one, other) = (WebhookID(at: .testStart, using: &random), WebhookID(at: .testStart, using: &random))
        let secret = WebhookSecret(using: &random).text
        let sealed = try key.seal(secret, for: one)
        #expect(try key.open(sealed, for: one) == secret)
        #expect(throws: SealFault.cannotOpen) { try key.open(sealed, for: other) }
        #expect(throws: SealFault.cannotOpen) { try key.open(sealed, for: UpstreamKeyID(stored: one.text)) }
    }
}
