import DequeModule
import HeapModule

/// All jobs in memory: found by request id, ended in the order of their end, forgotten oldest end first.
struct JobBook: Sendable {
    private struct End: Comparable, Sendable {
        let at: Moment
        let number: Int
        static func < (one: End, other: End) -> Bool { (one.at, one.number) < (other.at, other.number) }
    }

    let jobsMax: Int
    private(set) var forgottenCount = 0
    private(set) var nextNumber = 0
    private var jobs: [Int: Job] = [:]
    private var numberByRequestID: [String: Int] = [:]
    private var lastRequestIDByAccount: [String: String] = [:]
    private var ends = Heap<End>()
    private var ended: Deque<Int> = []

    init(jobsMax: Int) { self.jobsMax = jobsMax }

    /// Open jobs are never forgotten, so a book full of them takes no more.
    var isFull: Bool { jobs.count >= jobsMax && ended.isEmpty }

    /// - job: must carry ``nextNumber``. With a request id that is already taken, the earlier job keeps the name.
    mutating func add(_ job: Job) {
        if jobs.count >= jobsMax { forgetOldestEnded() }
        jobs[job.number] = job
        nextNumber = job.number + 1
        if numberByRequestID[job.requestID] == nil { numberByRequestID[job.requestID] = job.number }
        lastRequestIDByAccount[job.accountID] = job.requestID
        if let endsAt = job.endsAt { ends.insert(End(at: endsAt, number: job.number)) }
    }

    private mutating func forgetOldestEnded() {
        guard let number = ended.popFirst(), let job = jobs.removeValue(forKey: number) else { return }
        if numberByRequestID[job.requestID] == number { numberByRequestID[job.requestID] = nil }
        forgottenCount += 1
    }

    /// The next job that is over at `now` and has not been handed out yet.
    mutating func popEnded(at now: Moment) -> Job? {
        guard let next = ends.min, next.at <= now else { return nil }
        ends.removeMin()
        ended.append(next.number)
        return jobs[next.number]
    }

    func job(requestID: String) -> Job? { numberByRequestID[requestID].flatMap { jobs[$0] } }

    func lastRequestID(of accountID: String) -> String? { lastRequestIDByAccount[accountID] }

    /// In the order of their creation.
    var all: [Job] { jobs.values.sorted { $0.number < $1.number } }
}
