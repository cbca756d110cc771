/// What happened how often, over many worlds: shows that the simulation tries what it is meant to try.
struct Coverage: Sendable {
    private(set) var counts: [String: Int] = [:]

    mutating func count(_ event: String, _ times: Int = 1) { counts[event, default: 0] += times }

    mutating func add(_ other: Coverage) {
        for (event, times) in other.counts { count(event, times) }
    }

    /// One line for each kind of event.
    var lines: [String] {
        counts.sorted { $0.key < $1.key }.map { event, times in
            let number = String(times)
            return String(repeating: " ", count: max(0, 9 - number.count)) + number + "  " + event
        }
    }

    /// What should have happened and did not.
    var missing: [String] { Coverage.wanted.filter { counts[$0] == nil } }

    private static let wanted =
        CrashPlan.Point.allCases.map { "crash: \($0)" } + SubmitFault.allCases.map { "submit: \($0)" }
        + WorldPlan.FateKind.allCases.map { "video: \($0)" }
        + [401, 404, 429, 500].map { "status: status(\($0))" }
        + ["reset", "silence", "slow", "stale", "unreadable"].map { "status: \($0)" }
        + ["unreachable", "full", "in doubt", "a call failed"].map { "store: \($0)" }
        + ["charged", "found", "not charged"].map { "resolved: \($0)" }
        + ["crashed", "notStarted", "stopped"].map { "restart after: \($0)" }
        + [
            "accepted", "replayed", "budgetExceeded", "draining", "idempotencyInProgress", "idempotencyMismatch",
            "invalidToken", "outcomeUnknown", "rateLimited", "rejectedUpstream", "storageUnavailable", "teamSuspended",
            "tooManyOpenJobs", "upstreamBalanceLow", "upstreamBusy", "upstreamUnavailable",
        ].map { "answer: \($0)" }
        + [
            "– → dispatching", "– → queued", "queued → dispatching", "queued → cancelled", "dispatching → accepted",
            "dispatching → refused", "dispatching → unknown", "unknown → accepted", "unknown → refused",
            "unknown → written_off", "accepted → completed", "accepted → failed",
        ]
        + [
            "reconciled: refused", "reconciled: written_off", "submit: deadline", "submit: late reply",
            "submit: no longer ours", "followed by another", "freeze",
            "freeze: before a POST",
            "hang-up", "stalled", "calendar: back", "calendar: forward", "status read",
        ]
}
