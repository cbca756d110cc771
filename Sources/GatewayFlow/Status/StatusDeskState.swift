import GatewayCore
import GatewayStore
import VinciAPI

/// The desk's content, without a lock and without effects.
struct StatusDeskState: Sendable {
    struct Entry: Sendable {
        var status: JobStatus
        var confirmedAt: Uptime
        var version: Int
        var waiters: [WakeSignal] = []

        func answer(at now: Uptime, staleAfter: Duration) -> StatusDesk.Answer {
            let age = status.isEnded ? .zero : max(.zero, now.since(confirmedAt))
            return StatusDesk.Answer(
                status: status, cache: age > staleAfter ? .stale : .hit, age: age, version: version)
        }
    }

    private var entries: [JobID: Entry] = [:]
    private var jobs: [RequestID: JobID] = [:]
    /// Ended jobs in the order in which they were put; what stands before `firstEnded` is gone.
    private var ended: [JobID] = []
    private var firstEnded = 0
    private var isClosed = false

    func entry(_ name: JobName) -> Entry? {
        switch name {
        case .job(let id): entries[id]
        case .request(let id): jobs[id].flatMap { entries[$0] }
        }
    }

    /// - Returns: who waits for this change.
    mutating func put(_ status: JobStatus, at now: Uptime, endedMax: Int) -> [WakeSignal] {
        let known = entries[status.job]
        // Ended states are written once.
        if let known, known.status.isEnded { return [] }
        var next = status
        // A job that is put again while open must not fall back from what Vinci already reported.
        if let known, !status.isEnded { next.phase = known.status.phase }
        let isChanged = known.map { $0.status != next } ?? true
        entries[status.job] = Entry(
            status: next, confirmedAt: now, version: (known?.version ?? 0) + (isChanged ? 1 : 0),
            waiters: isChanged ? [] : known?.waiters ?? [])
        if let id = status.requestID { jobs[id] = status.job }
        if next.isEnded { remember(ended: status.job, max: endedMax) }
        return isChanged ? known?.waiters ?? [] : []
    }

    mutating func confirm(_ job: JobID, _ live: StatusReply, at now: Uptime) -> [WakeSignal] {
        guard var entry = entries[job], !entry.status.isEnded else { return [] }
        let before = entry.status
        entry.status.advance(to: live)
        entry.confirmedAt = now
        let waiters = entry.status == before ? [] : entry.waiters
        if entry.status != before {
            entry.version += 1
            entry.waiters = []
        }
        entries[job] = entry
        return waiters
    }

    /// - Returns: false when the job has changed already, is not here, or nobody may wait any more.
    mutating func addWaiter(_ signal: WakeSignal, to job: JobID, from version: Int) -> Bool {
        guard !isClosed, let entry = entries[job], entry.version == version, !entry.status.isEnded else { return false }
        entries[job]?.waiters.append(signal)
        return true
    }

    mutating func removeWaiter(_ signal: WakeSignal, from job: JobID) {
        entries[job]?.waiters.removeAll { $0 === signal }
    }

    /// - Returns: all who wait; nobody can from now on.
    mutating func close() -> [WakeSignal] {
        isClosed = true
        var all: [WakeSignal] = []
        for (job, entry) in entries where !entry.waiters.isEmpty {
            all += entry.waiters
            entries[job]?.waiters = []
        }
        return all
    }

    private mutating func remember(ended job: JobID, max: Int) {
        ended.append(job)
        while ended.count - firstEnded > max {
            let oldest = ended[firstEnded]
            firstEnded += 1
            if let id = entries.removeValue(forKey: oldest)?.status.requestID { jobs[id] = nil }
        }
        // Moved down seldom, so that forgetting one costs a constant on average.
        if firstEnded > max {
            ended.removeFirst(firstEnded)
            firstEnded = 0
        }
    }
}
