import GatewayCore
import NIOCore
import Synchronization

/// What the connections of one event loop share: with those of other loops they would wait for each other.
final class LoopStock {
    private let name: (@Sendable () -> CallID)?
    private let now: @Sendable () -> Timestamp
    private var callIDs = CallIDs()
    private var dateLine = DateLine()
    var knownRequests = KnownRequests()

    fileprivate init(name: (@Sendable () -> CallID)?, now: @escaping @Sendable () -> Timestamp) {
        self.name = name
        self.now = now
    }

    func makeRequestID() -> CallID { name?() ?? callIDs.next() }

    /// For `Date`.
    var date: String { dateLine.text(at: now().seconds) }
}

@available(*, unavailable)
extension LoopStock: Sendable {}

/// Those of a listener's event loops, each made when its first connection comes.
final class LoopStocks: Sendable {
    private let stocks = Mutex<[ObjectIdentifier: NIOLoopBound<LoopStock>]>([:])
    private let name: (@Sendable () -> CallID)?
    private let now: @Sendable () -> Timestamp

    init(name: (@Sendable () -> CallID)?, now: @escaping @Sendable () -> Timestamp) {
        self.name = name
        self.now = now
    }

    /// To be called on that event loop.
    func stock(of loop: any EventLoop) -> LoopStock {
        stocks.withLock { stocks in
            if let known = stocks[ObjectIdentifier(loop)] { return known }
            let made = NIOLoopBound(LoopStock(name: name, now: now), eventLoop: loop)
            stocks[ObjectIdentifier(loop)] = made
            return made
        }.value
    }
}
