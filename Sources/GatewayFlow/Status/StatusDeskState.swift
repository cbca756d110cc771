import GatewayCore
import GatewayStore
import VinciAPI

/// The desk's content, without a lock and without effects.
struct StatusDeskState: Sendable {
    struct Entry: Sendable {
        var status: JobStatus
        var confirmedAt: Uptime
        /// When the store, or Vinci, was last asked from here.
        var readAt: Uptime
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
    /// What may be forgotten, in the order in which it was put; what stands before `firstForgettable` is gone.
    private var forgettable: [JobID] = []
    private var firstForgettable = 0
    private(set) var isClosed = false

    func entry(_ name: JobName) -> Entry? {
        switch name {
        case .job(let id): entries[id]
        case .request(let id): jobs[id].flatMap { entries[$0] }
        }
    }

    /// - confirmedAt: when Vinci, or the store for what Vinci has not seen, last said so.
    /// - isForgettable: also while it is open, because another process follows it.
    /// - Returns: who waits for this change.
    mutating func put(
        _ status: JobStatus, confirmedAt: Uptime, isForgettable: Bool = false, at now: Uptime, endedMax: Int
    ) -> [WakeSignal] {
        let known = entries[status.job]
        // Ended states are written once.
        if let known, known.status.isEnded { return [] }
        var next = status
        // A job that is put again while open must not fall back from what Vinci already reported.
        if let known { next.keep(known.status) }
        let isChanged = known.map { $0.status != next } ?? true
        entries[status.job] = Entry(
            status: next, confirmedAt: max(confirmedAt, known?.confirmedAt ?? confirmedAt), readAt: now,
            version: (known?.version ?? 0) + (isChanged ? 1 : 0), waiters: isChanged ? [] : known?.waiters ?? [])
        if let id = status.requestID { jobs[id] = status.job }
        if next.isEnded || isForgettable && known == nil { remember(status.job, max: endedMax) }
        return isChanged ? known?.waiters ?? [] : []
    }

    mutating func confirm(_ job: JobID, _ live: StatusReply, at now: Uptime) -> [WakeSignal] {
        guard var entry = entries[job], !entry.status.isEnded else { return [] }
        let before = entry.status
        entry.status.advance(to: live)
        entry.confirmedAt = now
        entry.readAt = now
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

    private mutating func remember(_ job: JobID, max: Int) {
        forgettable.append(job)
        while forgettable.count - firstForgettable > max {
            let oldest = forgettable[firstForgettable]
            firstForgettable += 1
            if let id = entries.removeValue(forKey: oldest)?.status.requestID { jobs[id] = nil }
        }
        // Moved down seldom, so that forgetting one costs a constant on average.
        if firstForgettable > max {
            forgettable.removeFirst(firstForgettable)
            firstForgettable = 0
        }
    }
}
