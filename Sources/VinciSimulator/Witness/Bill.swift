package import VinciAPI

/// The simulator's own bill: what a gateway's ledger is checked against. JSON of `GET /simulator/v1/bill`.
package struct Bill: Sendable, Encodable {
    package let accounts: [BilledAccount]
    package let totals: BillTotals
    /// One per job ever created, oldest first, as far as they are still in memory.
    package let lines: [BillLine]
    /// Lines of jobs that were forgotten; totals and accounts still contain them.
    package let linesForgotten: Int

    enum CodingKeys: String, CodingKey {
        case accounts, totals, lines
        case linesForgotten = "lines_forgotten"
    }

    /// The line of that request id: the earliest one, where a duplicate was scripted.
    package subscript(requestID requestID: String) -> BillLine? { lines.first { $0.requestID == requestID } }
}

package struct BilledAccount: Sendable, Equatable, Encodable {
    package let id: String
    package let deposited: USD
    /// Taken for completed jobs, ever.
    package let spent: USD
    /// `deposited − spent`.
    package let balance: USD
    /// Estimates of jobs that have not ended.
    package let openEstimates: USD

    enum CodingKeys: String, CodingKey {
        case id = "account_id"
        case deposited = "deposited_usd"
        case spent = "spent_usd"
        case balance = "balance_usd"
        case openEstimates = "open_estimates_usd"
    }
}

package struct BillTotals: Sendable, Equatable, Encodable {
    package let jobs: Int
    package let charged: USD

    enum CodingKeys: String, CodingKey {
        case jobs
        case charged = "charged_usd"
    }
}

/// One job on the bill.
package struct BillLine: Sendable, Equatable, Encodable {
    package let requestID: String
    package let accountID: String
    package let keyID: String
    package let kind: VideoKind
    /// SHA-256 of the prompt in hexadecimal.
    package let promptSHA256: String
    package let state: StatusReply.Status
    package let createdAt: Moment
    /// When it ended; nil while it is open.
    package let endedAt: Moment?
    package let orderedSeconds: Int
    /// Length of the video, known when it is completed.
    package let length: VideoLength?
    package let estimate: USD
    /// What was taken; nil while the job is open, zero when it failed.
    package let cost: USD?
    /// Whether the account has paid this line.
    package var isCharged: Bool { state == .completed }

    enum CodingKeys: String, CodingKey {
        case kind, state
        case requestID = "request_id"
        case accountID = "account_id"
        case keyID = "key_id"
        case promptSHA256 = "prompt_sha256"
        case createdAt = "created_at"
        case endedAt = "ended_at"
        case orderedSeconds = "ordered_seconds"
        case seconds
        case estimate = "estimated_cost_usd"
        case cost = "cost_usd"
        case isCharged = "charged"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(requestID, forKey: .requestID)
        try container.encode(accountID, forKey: .accountID)
        try container.encode(keyID, forKey: .keyID)
        try container.encode(kind, forKey: .kind)
        try container.encode(promptSHA256, forKey: .promptSHA256)
        try container.encode(state, forKey: .state)
        try container.encode(createdAt.rfc3339Exact, forKey: .createdAt)
        try container.encode(endedAt?.rfc3339Exact, forKey: .endedAt)
        try container.encode(orderedSeconds, forKey: .orderedSeconds)
        try container.encode(length?.seconds, forKey: .seconds)
        try container.encode(estimate, forKey: .estimate)
        try container.encode(cost, forKey: .cost)
        try container.encode(isCharged, forKey: .isCharged)
    }
}
