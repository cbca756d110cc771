import Synchronization

/// One request's right to become bytes: used at most once, or withdrawn and then never used.
///
/// "Was anything sent?" is thereby a fact and not a guess from callbacks, which may arrive late or, when a write fails half
/// way, not at all.
final class SendPass: Sendable {
    private enum State {
        case unused
        case withdrawn
        case used(Answer)
    }

    /// How much of a reply has arrived.
    enum Answer: Sendable, Equatable {
        case none
        case head(status: Int)
        /// All of it, although the request had not been sent as a whole.
        case early(HTTPReply)
    }

    enum Withdrawal: Sendable, Equatable {
        /// The proof: nothing was written, and nothing will be.
        case neverSent
        case tooLate(Answer)
    }

    let number: UInt64
    private let state = Mutex(State.unused)

    init(number: UInt64) { self.number = number }

    /// To be asked right before the first byte is written.
    /// - Returns: false when the pass was used or withdrawn before: then nothing may be written.
    func use() -> Bool {
        state.withLock { state in
            guard case .unused = state else { return false }
            state = .used(.none)
            return true
        }
    }

    func note(_ answer: Answer) {
        state.withLock { state in
            if case .used = state { state = .used(answer) }
        }
    }

    /// Gives the request up.
    func withdraw() -> Withdrawal {
        state.withLock { state in
            if case .used(let answer) = state { return .tooLate(answer) }
            state = .withdrawn
            return .neverSent
        }
    }
}
