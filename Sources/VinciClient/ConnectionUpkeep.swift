import NIOCore

/// One connection's life, as far as it is evidence for ``KeptConnections``.
struct ConnectionUpkeep {
    enum Sign: Equatable {
        /// The server left it alone for longer than ``KeptConnections/reuseTime`` after an answer.
        case survived
        /// The server closed it sooner than that after an answer, without having said so, or under a request; or it sent what
        /// nobody had asked for.
        case brokeOff
    }

    private enum State {
        case new
        /// - idle: how long it had been idle before the request; nil for its first.
        case asked(idle: TimeAmount?)
        case idle(since: NIODeadline)
        case over
    }

    private let reuseTime: TimeAmount
    private var state = State.new

    init(reuseTime: TimeAmount) { self.reuseTime = reuseTime }

    /// Whether a request that must not be lost may be written: always the first, another one soon after an answer.
    func mayCarryOrder(at now: NIODeadline, trusted: Bool) -> Bool {
        switch state {
        case .new: true
        case .idle(let since): trusted && now - since <= reuseTime
        case .asked, .over: false
        }
    }

    /// Whether it was used before.
    var isKept: Bool {
        if case .new = state { false } else { true }
    }

    /// Whether a reply is due.
    var isAsked: Bool {
        if case .asked = state { true } else { false }
    }

    mutating func ask(at now: NIODeadline) {
        switch state {
        case .new: state = .asked(idle: nil)
        case .idle(let since): state = .asked(idle: now - since)
        case .asked, .over: break
        }
    }

    /// A whole reply is there.
    /// - keeps: whether it says that the connection stays open.
    mutating func replied(keeps: Bool, at now: NIODeadline) -> Sign? {
        guard case .asked(let idle) = state else { return nil }
        state = keeps ? .idle(since: now) : .over
        return idle.map { $0 > reuseTime } == true ? .survived : nil
    }

    /// This side closes it.
    mutating func close(at now: NIODeadline) -> Sign? {
        defer { state = .over }
        guard case .idle(let since) = state, now - since > reuseTime else { return nil }
        return .survived
    }

    /// It is closed, or of no use any more; without a ``close(at:)`` before, the other side did it.
    mutating func ended(at now: NIODeadline) -> Sign? {
        defer { state = .over }
        return switch state {
        case .idle(let since): now - since > reuseTime ? .survived : .brokeOff
        // Also under its first request: a server in trouble is likely to end its other connections, too.
        case .asked: .brokeOff
        case .new, .over: nil
        }
    }
}
