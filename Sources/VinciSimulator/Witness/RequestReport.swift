package import VinciAPI

/// What reached the simulator. JSON of `GET /simulator/v1/requests`.
package struct RequestReport: Sendable, Encodable {
    /// Requests per call since the start, those with a bad key included.
    package let calls: CallCounts
    /// The same per minute, of the last 1440 minutes in which anything came.
    package let minutes: [MinuteCounts]
    package let keys: [KeyReport]
    /// Orders that could be read, oldest first.
    package let submits: [SubmitRecord]
    /// Orders no longer in `submits`, because the log is bounded.
    package let submitsDropped: Int

    /// POSTs that ordered a video, readable or not: at most one per accepted order of a gateway.
    package var postCount: Int { calls[.submitText] + calls[.submitImage] }

    enum CodingKeys: String, CodingKey {
        case calls, minutes, keys, submits
        case postCount = "post_count"
        case submitsDropped = "submits_dropped"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(calls, forKey: .calls)
        try container.encode(minutes, forKey: .minutes)
        try container.encode(keys, forKey: .keys)
        try container.encode(submits, forKey: .submits)
        try container.encode(submitsDropped, forKey: .submitsDropped)
        try container.encode(postCount, forKey: .postCount)
    }
}

/// Requests per call; in JSON an object with every call's name.
package struct CallCounts: Sendable, Equatable, Encodable {
    private var counts = [Int](repeating: 0, count: Call.allCases.count)

    package init() {}

    package subscript(call: Call) -> Int { counts[call.index] }

    mutating func add(_ call: Call) { counts[call.index] += 1 }

    package func encode(to encoder: any Encoder) throws {
        let pairs = Call.allCases.map { ($0, self[$0]) }
        try Dictionary(uniqueKeysWithValues: pairs).encode(to: encoder)
    }
}

extension Call {
    fileprivate var index: Int {
        switch self {
        case .submitText: 0
        case .submitImage: 1
        case .status: 2
        case .balance: 3
        case .usage: 4
        case .keys: 5
        case .video: 6
        }
    }
}

package struct MinuteCounts: Sendable, Equatable, Encodable {
    /// When the minute begins.
    package let minute: Moment
    package let calls: CallCounts

    enum CodingKeys: String, CodingKey { case minute, calls }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(minute.rfc3339, forKey: .minute)
        try container.encode(calls, forKey: .calls)
    }
}

struct KeyCounts: Sendable, Equatable {
    var admitted = 0
    var limited = 0
}

/// How one key fared at its rate window.
package struct KeyReport: Sendable, Equatable, Encodable {
    package let keyID: String
    package let admitted: Int
    /// Requests answered 429 by the rate window. Zero for a gateway that paces itself.
    package let limited: Int

    init(keyID: String, counts: KeyCounts) {
        self.keyID = keyID
        admitted = counts.admitted
        limited = counts.limited
    }

    enum CodingKeys: String, CodingKey {
        case admitted, limited
        case keyID = "key_id"
    }
}

/// One order that arrived with a good key and could be read.
package struct SubmitRecord: Sendable, Equatable, Encodable {
    package let at: Moment
    package let keyID: String
    package let kind: VideoKind
    /// SHA-256 of the prompt in hexadecimal.
    package let promptSHA256: String
    package let seconds: Int
    package let image: ReceivedImage?
    /// Set when a job was created, whether or not anybody was told.
    package internal(set) var requestID: String?

    enum CodingKeys: String, CodingKey {
        case at, kind, seconds, image
        case keyID = "key_id"
        case promptSHA256 = "prompt_sha256"
        case requestID = "request_id"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(at.rfc3339Exact, forKey: .at)
        try container.encode(keyID, forKey: .keyID)
        try container.encode(kind, forKey: .kind)
        try container.encode(promptSHA256, forKey: .promptSHA256)
        try container.encode(seconds, forKey: .seconds)
        try container.encodeIfPresent(image, forKey: .image)
        try container.encode(requestID, forKey: .requestID)
    }
}
