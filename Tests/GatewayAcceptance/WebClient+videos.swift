package import NIOHTTP1
import Testing
import VinciAPI

/// What apps do all day.
extension WebClient {
    package static let textToVideo = "/api/v1/generate/text-to-video"
    package static let imageToVideo = "/api/v1/generate/image-to-video"

    /// - prompt: without quotes and backslashes.
    package func order(_ prompt: String, seconds: Int = 5, headers: HTTPHeaders = [:]) async throws -> WebAnswer {
        try await post(
            Self.textToVideo, #"{"prompt": "\#(prompt)", "duration_seconds": \#(seconds)}"#, headers: headers)
    }

    package func orderImage(
        _ prompt: String, seconds: Int = 5, image: [UInt8] = Picture.png, headers: HTTPHeaders = [:]
    ) async throws -> WebAnswer {
        let form = WebBody.form([("prompt", prompt), ("duration_seconds", "\(seconds)")], image: image)
        return try await send(.POST, Self.imageToVideo, form, headers: headers)
    }

    /// An order that must be accepted.
    package func ordered(_ prompt: String, seconds: Int = 5) async throws -> OrderedJob {
        let answer = try await order(prompt, seconds: seconds)
        try #require(answer.status == 200, "\(answer.wire)")
        return OrderedJob(
            requestID: try #require(answer["request_id"]?.string),
            job: try #require(answer.header("X-Gateway-Job-Id")))
    }

    package func status(_ id: String, headers: HTTPHeaders = [:]) async throws -> WebAnswer {
        try await get("/api/v1/status/\(id)", headers: headers)
    }

    /// Follows a job with long polls until it has ended.
    package func followed(_ id: String) async throws -> WebAnswer {
        try await eventually("the end of \(id)") {
            let answer = try await get("/api/v1/status/\(id)?wait=5")
            let state = answer["status"]?.string
            return state == "completed" || state == "failed" ? answer : nil
        }
    }
}

/// The two names of an accepted order.
package struct OrderedJob: Sendable, Hashable {
    package let requestID: String
    package let job: String

    package init(requestID: String, job: String) {
        self.requestID = requestID
        self.job = job
    }
}

/// The smallest picture that is one: 1 × 1, PNG.
package enum Picture {
    package static let png: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
        0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1F, 0x15, 0xC4, 0x89, 0x00, 0x00, 0x00,
        0x0D, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0xF8, 0xCF, 0xC0, 0xF0, 0x1F, 0x00, 0x05, 0x00, 0x01, 0xFF,
        0x56, 0xC7, 0x2F, 0x0D, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]
}
