import NIOCore
import Synchronization

/// What has been seen of how Vinci's servers treat a connection after an answer; shared by all clients of one Vinci.
///
/// A server may close a kept connection at the very moment at which a request is written to it. A question is then asked
/// again. Of an order nobody could say whether it arrived, and its money would stay held. So an order follows on a kept
/// connection only while that moment is known to be rare: a server was seen to leave connections alone for longer than
/// ``reuseTime``, none was seen to close one sooner without saying so or under a request, the last answer is no older than
/// that, and nothing has come since, be it its end or a reply that nobody asked for, which would be taken for the order's. What
/// remains is what comes within the half round trip in which the order is on the wire (decision 0019).
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
