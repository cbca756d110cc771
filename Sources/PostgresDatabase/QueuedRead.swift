import SQLDatabase
import Synchronization

/// A read that waits for its turn. It may be run more than once and is answered once, by whoever comes first: what it
/// found, a refusal, or the caller who gives up.
struct QueuedRead: Sendable {
    let id: ReadID
    let run: @Sendable (any SQLConnection) -> RanRead
    let refuse: @Sendable (SQLFailure) -> Void
    /// Whether nobody has answered it yet.
    let isWanted: @Sendable () -> Bool

    init<Value: Sendable>(
        id: ReadID, body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value,
        answer: FirstAnswer<Value>
    ) {
        self.id = id
        refuse = { answer.give(.failure($0)) }
        isWanted = { !answer.isGiven }
        run = { connection in
            let result = Result { () throws(SQLFailure) in try body(connection) }
            return RanRead { answer.give(result) }
        }
    }
}

/// What a body found, before its caller is told.
struct RanRead: Sendable {
    let answer: @Sendable () -> Void
}

/// Tells one read from another.
final class ReadID: Sendable {}

/// Resumes a caller with the first answer it is given, and ignores the others.
final class FirstAnswer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Result<Value, SQLFailure>, Never>)
        /// Answered before somebody waited.
        case early(Result<Value, SQLFailure>)
        case given
    }

    private let state = Mutex(State.open)

    var isGiven: Bool {
        state.withLock { state in
            switch state {
            case .open, .waiting: false
            case .early, .given: true
            }
        }
    }

    /// To be called once.
    func wait() async -> Result<Value, SQLFailure> {
        await withCheckedContinuation { continuation in
            let early = state.withLock { state -> Result<Value, SQLFailure>? in
                guard case .early(let answer) = state else {
                    state = .waiting(continuation)
                    return nil
                }
                state = .given
                return answer
            }
            if let early { continuation.resume(returning: early) }
        }
    }

    func give(_ answer: Result<Value, SQLFailure>) {
        let waiting = state.withLock { state -> CheckedContinuation<Result<Value, SQLFailure>, Never>? in
            switch state {
            case .open:
                state = .early(answer)
                return nil
            case .waiting(let continuation):
                state = .given
                return continuation
            case .early, .given:
                return nil
            }
        }
        waiting?.resume(returning: answer)
    }
}
