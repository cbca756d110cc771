import DequeModule

/// What arrived, counted; and every order that could be read, kept in a bounded log.
struct RequestLog: Sendable {
    private static let minutesKept = 24 * 60

    let submitsMax: Int
    private var total = CallCounts()
    private var minutes: Deque<(minute: Int64, counts: CallCounts)> = []
    private var keys: [String: KeyCounts] = [:]
    private(set) var submits: Deque<SubmitRecord> = []
    private(set) var submitsDropped = 0

    init(submitsMax: Int) { self.submitsMax = submitsMax }

    /// A request reached the simulator, whatever becomes of it.
    mutating func arrived(_ call: Call, at now: Moment) {
        total.add(call)
        let minute = now.microseconds / 60_000_000
        if minutes.last?.minute != minute { minutes.append((minute, CallCounts())) }
        minutes[minutes.endIndex - 1].counts.add(call)
        if minutes.count > Self.minutesKept { minutes.removeFirst() }
    }

    mutating func admitted(keyID: String) { keys[keyID, default: KeyCounts()].admitted += 1 }
    mutating func limited(keyID: String) { keys[keyID, default: KeyCounts()].limited += 1 }

    /// - Returns: the submit's number, for ``accepted(submitNumber:requestID:)``.
    mutating func submitted(_ order: VideoOrder, keyID: String, at now: Moment) -> Int {
        submits.append(
            SubmitRecord(
                at: now, keyID: keyID, kind: order.kind, promptSHA256: order.promptSHA256,
                seconds: order.seconds, image: order.image))
        if submits.count > submitsMax {
            submits.removeFirst()
            submitsDropped += 1
        }
        return submitsDropped + submits.count - 1
    }

    mutating func accepted(submitNumber: Int, requestID: String) {
        let index = submitNumber - submitsDropped
        if submits.indices.contains(index) { submits[index].requestID = requestID }
    }

    var report: RequestReport {
        RequestReport(
            calls: total,
            minutes: minutes.map {
                MinuteCounts(minute: Moment(microseconds: $0.minute * 60_000_000), calls: $0.counts)
            },
            keys: keys.map { KeyReport(keyID: $0.key, counts: $0.value) }.sorted { $0.keyID < $1.keyID },
            submits: Array(submits), submitsDropped: submitsDropped)
    }
}
