import Hummingbird
import VinciAPI

/// Body of `POST /v1/keys`.
enum NewKeyBody {
    private static let nameCharacters = 1...100

    static func read(_ request: Request) async throws -> Errand {
        var body = try await ObjectBody.read(request)
        return try errand(&body)
    }

    private static func errand(_ body: inout ObjectBody) throws(VinciRefusal) -> Errand {
        guard let name = try body.text("name") else { throw .invalidField("name", rule: "is required") }
        guard nameCharacters.contains(name.count) else {
            throw .invalidField("name", rule: "must have 1 to 100 characters")
        }
        let rate = try body.whole("rate_limit", VinciLimits.keyRequestsPerMinute)
        try body.finish()
        return .createKey(name: name, requestsPerMinute: rate ?? VinciLimits.keyRequestsPerMinuteDefault)
    }
}
