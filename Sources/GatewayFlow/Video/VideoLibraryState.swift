import GatewayCore
import VideoFiles

/// What the library knows, without a lock and without effects.
struct VideoLibraryState: Sendable {
    enum Answer: Sendable {
        case kept(VideoRecord)
        case wait(VideoArrival)
        /// Nobody fetches it yet: the asker's call begins.
        /// - known: a file of an earlier run, to be proven first.
        case begin(VideoArrival, known: VideoRecord?)
        case failed(VideoTrouble)
    }

    private struct Kept: Sendable {
        let record: VideoRecord
        /// Its bytes were hashed in this process.
        var isProven: Bool
    }

    private struct Failure: Sendable {
        let trouble: VideoTrouble
        let until: Uptime
    }

    private(set) var shelf: VideoShelf
    private var kept: [JobID: Kept] = [:]
    private var arrivals: [JobID: VideoArrival] = [:]
    private var failures: [JobID: Failure] = [:]
    private(set) var isClosed = false

    /// A failure is told again for so long, so that impatient clients do not become a storm at the host.
    private static let failureLasts: Duration = .seconds(3)
    private static let failuresMax = 1000

    init(bytesMax: Int) { shelf = VideoShelf(bytesMax: bytesMax) }

    /// - Returns: what does not fit any more.
    mutating func adopt(_ records: [VideoRecord]) -> [VideoRecord] {
        var leaving: [VideoRecord] = []
        for record in records {
            guard let others = shelf.makeRoom(record.bytes, for: record.job) else {
                leaving.append(record)
                continue
            }
            leaving += others.compactMap { kept.removeValue(forKey: $0)?.record }
            shelf.keep(record.job, bytes: record.bytes)
            kept[record.job] = Kept(record: record, isProven: false)
        }
        return leaving
    }

    mutating func ask(for job: JobID, at now: Uptime) -> Answer {
        if let kept = kept[job], kept.isProven {
            shelf.use(job)
            return .kept(kept.record)
        }
        if let arrival = arrivals[job] { return .wait(arrival) }
        guard !isClosed else { return .failed(.draining) }
        if let failure = failures[job], failure.until > now { return .failed(failure.trouble) }
        failures[job] = nil
        let arrival = VideoArrival()
        arrivals[job] = arrival
        return .begin(arrival, known: kept[job]?.record)
    }

    /// - Returns: the files that must go; nil when there is no such room.
    mutating func makeRoom(_ bytes: Int, for job: JobID) -> [VideoRecord]? {
        shelf.makeRoom(bytes, for: job)?.compactMap { kept.removeValue(forKey: $0)?.record }
    }

    mutating func prove(_ record: VideoRecord) {
        guard kept[record.job]?.record == record else { return }
        kept[record.job]?.isProven = true
        shelf.use(record.job)
    }

    /// The file is not what its record says, or is gone.
    mutating func forget(_ record: VideoRecord) {
        guard kept[record.job]?.record == record else { return }
        kept[record.job] = nil
        shelf.remove(record.job)
    }

    mutating func end(_ job: JobID, _ end: Result<VideoRecord, VideoTrouble>, at now: Uptime) {
        arrivals[job] = nil
        switch end {
        case .success(let record):
            // One that was proven is kept already, or has been thrown out meanwhile.
            guard shelf.isExpecting(job) else { return }
            shelf.keep(job, bytes: record.bytes)
            kept[job] = Kept(record: record, isProven: true)
        case .failure(let trouble):
            shelf.giveUp(job)
            if failures.count >= VideoLibraryState.failuresMax { failures = failures.filter { $0.value.until > now } }
            guard failures.count < VideoLibraryState.failuresMax else { return }
            failures[job] = Failure(trouble: trouble, until: now.adding(VideoLibraryState.failureLasts))
        }
    }

    /// From now on nothing new is fetched.
    mutating func close() { isClosed = true }
}
