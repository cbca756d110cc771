import Synchronization

/// One request's right to become bytes: used at most once, or withdrawn and then never used.
///
/// "Was anything sent?" is thereby a fact and not a guess from callbacks, which may arrive late or, when a write fails half
/// way, not at all.
final class SendPass: Sendable {
    private enum State {
        /// - turnedAway: from a connection on which it might have got lost.
        case unused(turnedAway: Bool)
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
    /// Whether the request must reach Vinci at its first try, because there is no second one.
    let isOrder: Bool
    private let isStillOurs: @Sendable () -> Bool
    private let state = Mutex(State.unused(turnedAway: false))

    /// - isStillOurs: whether the sender may still send, asked at the last moment.
    init(number: UInt64, isOrder: Bool = false, if isStillOurs: @escaping @Sendable () -> Bool = { true }) {
        self.number = number
        self.isOrder = isOrder
        self.isStillOurs = isStillOurs
    }

    /// To be asked right before the first byte is written.
    /// - Returns: false when the pass was used or withdrawn before, or its sender may not send any more: then nothing may
    ///   be written.
    func use() -> Bool {
        // Outside the lock, since it asks others; nothing makes it true again once it is false.
        let isAllowed = isStillOurs()
        return state.withLock { state in
            guard case .unused = state else { return false }
            state = isAllowed ? .used(.none) : .withdrawn
            return isAllowed
        }
    }

    /// The request did not get onto this connection; it may still get onto another.
    func turnAway() {
        state.withLock { state in
            if case .unused = state { state = .unused(turnedAway: true) }
        }
    }

    /// Whether nothing was written, and only because of the connection.
    var wasTurnedAway: Bool {
        state.withLock { state in
            if case .unused(turnedAway: true) = state { true } else { false }
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
