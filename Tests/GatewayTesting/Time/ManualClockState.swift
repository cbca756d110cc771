import GatewayCore

/// What a manual clock knows, without a lock; whoever is to be woken is returned and resumed outside of it.
struct ManualClockState {
    var elapsed: Duration = .zero
    var date: Timestamp
    /// By the numbers in which they came.
    var sleepers: [Int: Sleeper] = [:]
    var observers: [Int: Observer] = [:]
    private var lastNumber = 0

    init(date: Timestamp) { self.date = date }

    var uptime: Uptime { Uptime(microseconds: 1_000_000_000).adding(elapsed) }

    var untilNextWake: Duration? { sleepers.values.map { $0.deadline - elapsed }.min() }

    mutating func takeNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    /// - Returns: an end of the sleep that is known already, and who waited for so many sleepers.
    mutating func add(_ sleeper: Sleeper, as number: Int) -> (verdict: Result<Void, any Error>?, [Observer]) {
        // A cancellation that came earlier found nobody to resume.
        if Task.isCancelled { return (.failure(CancellationError()), []) }
        guard sleeper.deadline > elapsed else { return (.success(()), []) }
        sleepers[number] = sleeper
        return (nil, takeObservers())
    }

    /// - Returns: whether there is nothing to wait for.
    mutating func add(_ observer: Observer, as number: Int) -> Bool {
        guard !Task.isCancelled, sleepers.count < observer.count else { return true }
        observers[number] = observer
        return false
    }

    mutating func advance(by duration: Duration) -> [Sleeper] {
        elapsed += duration
        date = date.adding(duration)
        let due = sleepers.filter { $0.value.deadline <= elapsed }
        for number in due.keys { sleepers[number] = nil }
        return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map(\.value)
    }

    private mutating func takeObservers() -> [Observer] {
        let due = observers.filter { $0.value.count <= sleepers.count }
        for number in due.keys { observers[number] = nil }
        return due.sorted { $0.key < $1.key }.map(\.value)
    }
}

/// A task that sleeps on a manual clock.
struct Sleeper {
    let deadline: Duration
    let continuation: CheckedContinuation<Void, any Error>

    func resume() { continuation.resume() }
}

/// A task that waits until so many others sleep.
struct Observer {
    let count: Int
    let continuation: CheckedContinuation<Void, Never>
}
