package import Foundation

/// Vinci's answer to an order. Dollars and seconds are `Decimal`, which JSON decoding reads from the digits themselves.
package struct OrderReply: Codable, Sendable, Equatable {
    package var requestID: String
    package var status: String
    package var estimatedCostUSD: Decimal?
    package var estimatedDurationSeconds: Decimal?

    package init(requestID: String, status: String, estimatedCostUSD: Decimal?, estimatedDurationSeconds: Decimal?) {
        self.requestID = requestID
        self.status = status
        self.estimatedCostUSD = estimatedCostUSD
        self.estimatedDurationSeconds = estimatedDurationSeconds
    }

    enum CodingKeys: String, CodingKey {
        case status
        case requestID = "request_id"
        case estimatedCostUSD = "estimated_cost_usd"
        case estimatedDurationSeconds = "estimated_duration_seconds"
    }
}

/// Vinci's answer to `GET /v1/status/{request_id}`: one shape, with the fields that the state has.
package struct StatusReply: Codable, Sendable, Equatable {
    package enum Status: String, Codable, Sendable, CaseIterable {
        case pending, processing, completed, failed
    }

    package var requestID: String
    package var status: Status
    package var estimatedCostUSD: Decimal?
    /// 0…100 while processing.
    package var progress: Decimal?
    package var videoURL: String?
    package var durationSeconds: Decimal?
    package var costUSD: Decimal?
    package var error: String?

    package init(
        requestID: String, status: Status, estimatedCostUSD: Decimal? = nil, progress: Decimal? = nil,
        videoURL: String? = nil, durationSeconds: Decimal? = nil, costUSD: Decimal? = nil, error: String? = nil
    ) {
        self.requestID = requestID
        self.status = status
        self.estimatedCostUSD = estimatedCostUSD
        self.progress = progress
        self.videoURL = videoURL
        self.durationSeconds = durationSeconds
        self.costUSD = costUSD
        self.error = error
    }

    enum CodingKeys: String, CodingKey {
        case status, progress, error
        case requestID = "request_id"
        case estimatedCostUSD = "estimated_cost_usd"
        case videoURL = "video_url"
        case durationSeconds = "duration_seconds"
        case costUSD = "cost_usd"
    }
}
