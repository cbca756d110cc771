import Foundation
import VinciAPI

extension ReplyReader {
    /// The reply to an order. A valid id alone proves that a job exists, so nothing else in the reply can take that back:
    /// an unusable status reads as `pending`, an unusable estimate as none.
    func order(_ json: Data) throws(UnreadableReply) -> OrderReply {
        let body = try decode(OrderBody.self, from: json)
        guard VinciLimits.isRequestID(body.requestID) else { throw .field("request_id") }
        return OrderReply(
            requestID: try safe(body.requestID, "request_id"),
            status: (body.status ?? .pending).rawValue,
            estimatedCostUSD: body.estimatedCostUSD.flatMap(Sane.cost.value),
            estimatedDurationSeconds: body.estimatedDurationSeconds.flatMap(Sane.seconds.value))
    }

    /// - requestID: the one that was asked for; a reply about another job is unreadable.
    func status(_ json: Data, of requestID: String) throws(UnreadableReply) -> StatusReply {
        let body = try decode(StatusBody.self, from: json)
        guard body.requestID == requestID else { throw .field("request_id") }
        return StatusReply(
            requestID: requestID,
            status: body.status,
            estimatedCostUSD: body.estimatedCostUSD.flatMap(Sane.cost.value),
            progress: body.progress.flatMap(Sane.percent.value),
            videoURL: try videoURL(body.videoURL),
            durationSeconds: try Sane.seconds.checked(body.durationSeconds, "duration_seconds"),
            costUSD: try Sane.cost.checked(body.costUSD, "cost_usd"),
            error: body.error.map { clean($0) })
    }

    /// Absolute, http or https, without credentials. Whether it may be fetched is decided elsewhere.
    private func videoURL(_ text: String?) throws(UnreadableReply) -> String? {
        guard let text else { return nil }
        guard (1...2048).contains(text.utf8.count), text.isVisibleASCII,
            let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme?.lowercased()),
            parts.host?.isEmpty == false, parts.user == nil, parts.password == nil
        else { throw .field("video_url") }
        return try safe(text, "video_url")
    }
}

/// `OrderReply`, but only the id must be readable.
private struct OrderBody: Decodable {
    let requestID: String
    let status: StatusReply.Status?
    let estimatedCostUSD: Decimal?
    let estimatedDurationSeconds: Decimal?

    init(from decoder: any Decoder) throws {
        let body = try decoder.container(keyedBy: OrderField.self)
        requestID = try body.decode(String.self, forKey: .requestID)
        status = try? body.decodeIfPresent(StatusReply.Status.self, forKey: .status)
        estimatedCostUSD = try? body.decodeIfPresent(Decimal.self, forKey: .estimatedCostUSD)
        estimatedDurationSeconds = try? body.decodeIfPresent(Decimal.self, forKey: .estimatedDurationSeconds)
    }
}

private enum OrderField: String, CodingKey {
    case status
    case requestID = "request_id"
    case estimatedCostUSD = "estimated_cost_usd"
    case estimatedDurationSeconds = "estimated_duration_seconds"
}

/// `StatusReply`, but progress and estimate may be unreadable: they must not hide that a job has ended.
private struct StatusBody: Decodable {
    let requestID: String
    let status: StatusReply.Status
    let estimatedCostUSD: Decimal?
    let progress: Decimal?
    let videoURL: String?
    let durationSeconds: Decimal?
    let costUSD: Decimal?
    let error: String?

    init(from decoder: any Decoder) throws {
        let body = try decoder.container(keyedBy: StatusField.self)
        requestID = try body.decode(String.self, forKey: .requestID)
        status = try body.decode(StatusReply.Status.self, forKey: .status)
        videoURL = try body.decodeIfPresent(String.self, forKey: .videoURL)
        durationSeconds = try body.decodeIfPresent(Decimal.self, forKey: .durationSeconds)
        costUSD = try body.decodeIfPresent(Decimal.self, forKey: .costUSD)
        estimatedCostUSD = try? body.decodeIfPresent(Decimal.self, forKey: .estimatedCostUSD)
        progress = try? body.decodeIfPresent(Decimal.self, forKey: .progress)
        error = try? body.decodeIfPresent(String.self, forKey: .error)
    }
}

private enum StatusField: String, CodingKey {
    case status, progress, error
    case requestID = "request_id"
    case estimatedCostUSD = "estimated_cost_usd"
    case videoURL = "video_url"
    case durationSeconds = "duration_seconds"
    case costUSD = "cost_usd"
}
