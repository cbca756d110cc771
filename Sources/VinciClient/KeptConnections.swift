import NIOCore
import Synchronization

/// What has been seen of how Vinci's servers treat a connection after an answer; shared by all clients of one Vinci.
///
/// A server may close a kept connection at the very moment at which a request is written to it. A question is then asked
/// again. Of an order nobody could say whether it arrived, and its money would stay held. So an order follows on a kept
/// connection only while that moment is known to be rare: a server was seen to leave connections alone for longer than
/// ``reuseTime``, none was seen to close one sooner without saying so or under a request, the last answer is no older than
/// that, and no end of the connection lies in the kernel. What remains is a server that goes away just then: orders that are
/// on the wire in the half round trip before its end are lost to sight, as is every order that a dying server works on.
package final class KeptConnections: Sendable {
    /// How long after an answer an order may follow it. Common servers keep a connection for 5 s and more.
    let reuseTime: TimeAmount

    private let record = Mutex(Record())

    package convenience init() { self.init(reuseTime: .seconds(1)) }

    init(reuseTime: TimeAmount) { self.reuseTime = reuseTime }

    var areTrusted: Bool { record.withLock { $0.isTrusted } }

    func note(_ sign: ConnectionUpkeep.Sign?) {
        guard let sign else { return }
        record.withLock { $0.note(sign) }
    }

    /// The evidence so far.
    struct Record {
        /// After a server has once closed a connection too soon, it takes more to be believed again.
        private static let neededOnceBroken = 100

        private var needed = 1
        private var survived = 0

        var isTrusted: Bool { survived >= needed }

        mutating func note(_ sign: ConnectionUpkeep.Sign) {
            switch sign {
            case .survived:
                survived = min(survived + 1, needed)
            case .brokeOff:
                survived = 0
                needed = Record.neededOnceBroken
            }
        }
    }
}

/// One connection's life, as far as it is evidence for ``KeptConnections``.
struct ConnectionUpkeep {
    enum Sign: Equatable {
        /// The server left it alone for longer than ``KeptConnections/reuseTime`` after an answer.
        case survived
        /// The server closed it sooner than that after an answer, without having said so, or under a request.
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

    /// It is closed; without a ``close(at:)`` before, the other side did it.
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
