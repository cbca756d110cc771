import Hummingbird
import VinciAPI

/// Body of `POST /v1/generate/text-to-video`.
enum TextOrderBody {
    static func read(_ request: Request) async throws -> VideoOrder {
        var body = try await ObjectBody.read(request)
        return try order(&body)
    }

    private static func order(_ body: inout ObjectBody) throws(VinciRefusal) -> VideoOrder {
        let prompt = try OrderFields.prompt(body.text("prompt"))
        let seconds = try body.whole("duration_seconds", VinciLimits.durationSeconds)
        let ratio = try OrderFields.aspectRatio(body.text("aspect_ratio"))
        let seed = try body.whole("seed", VinciLimits.seedRandom ... .max)
        try body.finish()
        return VideoOrder(
            kind: .text, prompt: prompt, seconds: seconds ?? VinciLimits.durationSecondsDefault, aspectRatio: ratio,
            seed: seed ?? VinciLimits.seedRandom)
    }
}

/// Rules that both kinds of order share.
enum OrderFields {
    static func prompt(_ text: String?) throws(VinciRefusal) -> String {
        guard let text else { throw .invalidField("prompt", rule: "is required") }
        guard VinciLimits.promptCharacters.contains(text.unicodeScalars.count) else {
            throw .invalidField("prompt", rule: "must have 1 to 2000 characters")
        }
        return text
    }

    static func aspectRatio(_ text: String?) throws(VinciRefusal) -> AspectRatio {
        guard let text else { return .landscape }
        guard let ratio = AspectRatio(rawValue: text) else {
            throw .invalidField(
                "aspect_ratio", rule: "must be one of " + AspectRatio.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return ratio
    }

    /// Seconds of a form field, which is always text.
    static func seconds(_ text: String?) throws(VinciRefusal) -> Int {
        guard let text else { return VinciLimits.durationSecondsDefault }
        guard let seconds = Int(text), VinciLimits.durationSeconds.contains(seconds) else {
            throw .invalidField("duration_seconds", rule: "must be a whole number from 1 to 10")
        }
        return seconds
    }
}
