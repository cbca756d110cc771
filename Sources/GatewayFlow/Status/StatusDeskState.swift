import GatewayCore
import GatewayStore
import VinciAPI

/// The desk's content, without a lock and without effects.
struct StatusDeskState: Sendable {
    struct Entry: Sendable {
        var view: StatusView
        var confirmedAt: Uptime
        /// When the store, or Vinci, was last asked from here.
        var readAt: Uptime

        func answer(at now: Uptime, staleAfter: Duration) -> StatusDesk.Answer {
            let age = view.isEnded ? .zero : max(.zero, now.since(confirmedAt))
            return StatusDesk.Answer(view: view, cache: age > staleAfter ? .stale : .hit, age: age)
        }
    }

    private var entries: [JobID: Entry] = [:]
    private var jobs: [RequestID: JobID] = [:]
    /// Apart from the entries: whoever listens goes on when an entry is forgotten and read again.
    private var listeners: [JobID: [Int: StatusDesk.Wake]] = [:]
    private var lastListener = 0
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
    /// - Returns: who listens for this change.
    mutating func put(
        _ status: JobStatus, confirmedAt: Uptime, isForgettable: Bool = false, at now: Uptime, endedMax: Int
    ) -> [StatusDesk.Wake] {
        let known = entries[status.job]
        // Ended states are written once.
        if let known, known.view.isEnded { return [] }
        var next = status
        // A job that is put again while open must not fall back from what Vinci already reported.
        if let known { next.keep(known.view.status) }
        let view = known?.view.changed(to: next) ?? StatusView(next, version: 1)
        entries[status.job] = Entry(
            view: view, confirmedAt: max(confirmedAt, known?.confirmedAt ?? confirmedAt), readAt: now)
        if let id = status.requestID { jobs[id] = status.job }
        if next.isEnded || isForgettable && known == nil { remember(status.job, max: endedMax) }
        return view === known?.view ? [] : wakes(of: status.job)
    }

    mutating func confirm(_ job: JobID, _ live: StatusReply, at now: Uptime) -> [StatusDesk.Wake] {
        guard let known = entries[job], !known.view.isEnded else { return [] }
        var status = known.view.status
        status.advance(to: live)
        let view = known.view.changed(to: status)
        entries[job] = Entry(view: view, confirmedAt: now, readAt: now)
        return view === known.view ? [] : wakes(of: job)
    }

    mutating func renewVideoURL(_ url: String, of job: JobID) {
        guard let known = entries[job]?.view, case .completed(let result) = known.status.phase else { return }
        var status = known.status
        status.phase = .completed(
            VideoResult(url: url, seconds: result.seconds, cost: result.cost, isCostDerived: result.isCostDerived))
        entries[job]?.view = known.changed(to: status)
    }

    /// - Returns: false when the job has changed already, is not here, or nobody may wait any more.
    func mayChange(_ job: JobID, from version: Int) -> Bool {
        guard !isClosed, let entry = entries[job] else { return false }
        return entry.view.version == version && !entry.view.isEnded
    }

    var listenedJobs: [JobID] { Array(listeners.keys) }
    var listenerCount: Int { listeners.values.reduce(0) { $0 + $1.count } }

    mutating func listen(to job: JobID, _ wake: @escaping StatusDesk.Wake) -> StatusDesk.Listener {
        lastListener += 1
        listeners[job, default: [:]][lastListener] = wake
        return StatusDesk.Listener(job: job, number: lastListener)
    }

    mutating func stopListening(_ listener: StatusDesk.Listener) {
        listeners[listener.job]?[listener.number] = nil
        if listeners[listener.job]?.isEmpty == true { listeners[listener.job] = nil }
    }

    /// - Returns: all who listen; nobody may wait from now on.
    mutating func close() -> [StatusDesk.Wake] {
        isClosed = true
        return listeners.values.flatMap(\.values)
    }

    private func wakes(of job: JobID) -> [StatusDesk.Wake] { listeners[job].map { Array($0.values) } ?? [] }

    private mutating func remember(_ job: JobID, max: Int) {
        forgettable.append(job)
        while forgettable.count - firstForgettable > max {
            let oldest = forgettable[firstForgettable]
            firstForgettable += 1
            if let id = entries.removeValue(forKey: oldest)?.view.status.requestID { jobs[id] = nil }
        }
        // Moved down seldom, so that forgetting one costs a constant on average.
        if firstForgettable > max {
            forgettable.removeFirst(firstForgettable)
            firstForgettable = 0
        }
    }
}
