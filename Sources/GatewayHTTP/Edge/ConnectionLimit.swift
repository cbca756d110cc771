import Synchronization

/// Counts open connections, in all and per client.
package final class ConnectionLimit: Sendable {
    private let count: Mutex<ConnectionCount>

    package init(connectionsMax: Int, connectionsPerClientMax: Int) {
        count = Mutex(ConnectionCount(connectionsMax: connectionsMax, connectionsPerClientMax: connectionsPerClientMax))
    }

    /// Nil admits the connection; it then owes one ``release(_:)``.
    func admit(_ client: ClientAddress) -> ConnectionCount.Full? { count.withLock { $0.admit(client) } }

    func release(_ client: ClientAddress) { count.withLock { $0.release(client) } }

    /// Connections open now.
    package var open: Int { count.withLock { $0.total } }
}

/// The rule behind ``ConnectionLimit``.
struct ConnectionCount {
    /// Which limit is reached.
    enum Full: Equatable, Sendable {
        case server
        case client(max: Int)
    }

    let connectionsMax: Int
    let connectionsPerClientMax: Int
    private(set) var total = 0
    private var perClient: [ClientAddress: Int] = [:]

    init(connectionsMax: Int, connectionsPerClientMax: Int) {
        self.connectionsMax = connectionsMax
        self.connectionsPerClientMax = connectionsPerClientMax
    }

    mutating func admit(_ client: ClientAddress) -> Full? {
        guard total < connectionsMax else { return .server }
        let open = perClient[client, default: 0]
        guard open < connectionsPerClientMax else { return .client(max: connectionsPerClientMax) }
        total += 1
        perClient[client] = open + 1
        return nil
    }

    mutating func release(_ client: ClientAddress) {
        guard let open = perClient[client] else { return }
        total -= 1
        perClient[client] = open > 1 ? open - 1 : nil
    }
}
