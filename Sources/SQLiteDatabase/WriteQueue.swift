import SQLDatabase

/// Who may write, and what waits to be written: a pure machine, kept under a lock by `Writer`.
struct WriteQueue: Sendable {
    enum Phase: Sendable, Equatable {
        case open
        /// No new writes; what is queued still runs.
        case closing
        case closed
        case broken(reason: String)
    }

    /// What the writer's thread does next.
    enum Step {
        case run([QueuedWrite])
        case wait
        case close
        /// Nothing any more: storage is broken.
        case stop
    }

    private(set) var phase = Phase.open
    private(set) var isFull = false
    private var waiting: [QueuedWrite] = []
    private var isThreadWaiting = false

    private let waitingMax: Int
    private let groupMax: Int

    init(waitingMax: Int, groupMax: Int) {
        precondition(groupMax > 0, "a group has at least one write")
        self.waitingMax = waitingMax
        self.groupMax = groupMax
    }

    /// Why nothing at all is done any more; nil while the store works.
    var refusal: SQLFailure? {
        switch phase {
        case .open: nil
        case .closing, .closed: .closed
        case .broken(let reason): .broken(reason: reason)
        }
    }

    /// - Returns: whether the writer's thread has to be woken.
    mutating func add(_ write: QueuedWrite) throws(SQLFailure) -> Bool {
        if let refusal { throw refusal }
        if isFull, write.urgency == .ordinary { throw .storageFull }
        guard waiting.count < waitingMax else {
            throw .unavailable(reason: "\(waiting.count) writes are waiting already")
        }
        waiting.append(write)
        return wakeThread()
    }

    /// Everything that waits, up to one group, in the order of arrival.
    mutating func next() -> Step {
        isThreadWaiting = false
        if case .broken = phase { return .stop }
        if !waiting.isEmpty {
            let group = Array(waiting.prefix(groupMax))
            waiting.removeFirst(group.count)
            return .run(group)
        }
        if phase == .closing { return .close }
        isThreadWaiting = true
        return .wait
    }

    var isEmpty: Bool { waiting.isEmpty }

    /// - Returns: whether the writer's thread has to be woken.
    mutating func beginClosing() -> Bool {
        guard phase == .open else { return false }
        phase = .closing
        return wakeThread()
    }

    mutating func finishClosing() {
        if phase == .closing { phase = .closed }
    }

    /// - Returns: the writes to refuse, whether this was the first word of it, and whether the thread has to be woken.
    mutating func breakDown(reason: String) -> (refused: [QueuedWrite], isFirst: Bool, wakes: Bool) {
        guard phase == .open || phase == .closing else { return ([], false, false) }
        phase = .broken(reason: reason)
        defer { waiting = [] }
        return (waiting, true, wakeThread())
    }

    /// The disk is full: from here on only settlements are queued.
    /// - Returns: the ordinary writes to refuse.
    mutating func becomeFull() -> [QueuedWrite] {
        isFull = true
        let refused = waiting.filter { $0.urgency == .ordinary }
        waiting.removeAll { $0.urgency == .ordinary }
        return refused
    }

    mutating func becomeRoomy() { isFull = false }

    private mutating func wakeThread() -> Bool {
        defer { isThreadWaiting = false }
        return isThreadWaiting
    }
}
