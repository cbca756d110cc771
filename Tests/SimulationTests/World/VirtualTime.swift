import GatewayCore
import GatewayTesting
import HeapModule

/// The time of a world. It passes only when nothing is ready, and then in one step to whatever is due next.
final class VirtualTime: WorldBound, @unchecked Sendable {
    /// Microseconds since the world began.
    private(set) var elapsed: Int64 = 0
    /// When the last leap ended.
    private(set) var leaptAt: Int64?
    /// How far calendars were put forward or back, in microseconds.
    private(set) var shift: Int64 = 0
    private let start: Timestamp
    private let scheduler: Scheduler
    private var timers = Heap<Timer>()
    private var timerCount = 0

    init(start: Timestamp, scheduler: Scheduler) {
        self.start = start
        self.scheduler = scheduler
    }

    /// What a right calendar shows.
    var date: Timestamp { Timestamp(microseconds: start.microseconds + elapsed + shift) }

    /// The store's own clock, in Unix microseconds: calendars are moved on the gateways' machines.
    var storeDate: Int64 { start.microseconds + elapsed }

    func moveDate(by microseconds: Int64) { shift += microseconds }

    /// - delay: microseconds.
    /// - action: runs as `owner`; while that is stopped, it waits.
    @discardableResult
    func after(_ delay: Int64, as owner: Owner = .world, _ action: @escaping () -> Void) -> Timer {
        timerCount += 1
        let timer = Timer(deadline: elapsed + max(0, delay), number: timerCount, owner: owner, action)
        timers.insert(timer)
        return timer
    }

    /// Nothing of this owner happens any more: its sleepers wake with an error, its other timers are forgotten.
    func abandon(_ owner: Owner) {
        let timers = timers.unordered.filter { $0.owner == owner && $0.action != nil }.sorted()
        for timer in timers { timer.abandon() }
    }

    /// To the next timer. All that are due then become ready at once, in no order.
    /// - Returns: false when there is none.
    func advance() -> Bool {
        while let first = timers.min, first.action == nil { timers.removeMin() }
        guard let first = timers.min else { return false }
        elapsed = max(elapsed, first.deadline)
        ring()
        return true
    }

    /// Over many timers at once, as when a machine was suspended.
    func leap(_ microseconds: Int64) {
        elapsed += microseconds
        leaptAt = elapsed
        ring()
    }

    /// Sleeps by this clock. A task that is cancelled wakes at once.
    /// - Throws: `CancellationError`.
    func sleep(_ delay: Int64, as owner: Owner = .world) async throws {
        let sleep = Sleep()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                let timer = after(delay, as: owner) { sleep.end() }
                timer.onAbandon = { sleep.end(CancellationError()) }
                sleep.begin(continuation, timer)
            }
        } onCancel: {
            sleep.end(CancellationError())
        }
    }

    /// For the end of a world, whose timers would keep it in memory.
    func forgetAll() { timers = Heap() }

    private func ring() {
        while let first = timers.min, first.deadline <= elapsed {
            timers.removeMin()
            if let action = first.action { scheduler.push(as: first.owner, action) }
            first.cancel()
        }
    }
}

/// Something that is to happen later.
final class Timer: Comparable, WorldBound, @unchecked Sendable {
    fileprivate let deadline: Int64
    fileprivate let owner: Owner
    fileprivate var action: (() -> Void)?
    fileprivate var onAbandon: (() -> Void)?
    private let number: Int

    fileprivate init(deadline: Int64, number: Int, owner: Owner, _ action: @escaping () -> Void) {
        self.deadline = deadline
        self.number = number
        self.owner = owner
        self.action = action
    }

    func cancel() {
        action = nil
        onAbandon = nil
    }

    fileprivate func abandon() {
        let onAbandon = onAbandon
        cancel()
        onAbandon?()
    }

    static func < (left: Timer, right: Timer) -> Bool {
        left.deadline != right.deadline ? left.deadline < right.deadline : left.number < right.number
    }

    static func == (left: Timer, right: Timer) -> Bool { left === right }
}

/// One task that sleeps.
private final class Sleep: WorldBound, @unchecked Sendable {
    private var continuation: CheckedContinuation<Void, any Error>?
    private var timer: Timer?

    func begin(_ continuation: CheckedContinuation<Void, any Error>, _ timer: Timer) {
        self.continuation = continuation
        self.timer = timer
    }

    func end(_ error: (any Error)? = nil) {
        timer?.cancel()
        timer = nil
        guard let continuation else { return }
        self.continuation = nil
        if let error { continuation.resume(throwing: error) } else { continuation.resume() }
    }
}
