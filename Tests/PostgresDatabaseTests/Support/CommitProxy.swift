import Foundation
import Synchronization

/// Stands between driver and server, passes everything on, and does something about the next COMMIT when it is told to.
///
/// It reads the driver's messages as PostgreSQL frames them, so it acts on exactly one exchange, whatever the network does
/// with its bytes.
final class CommitProxy: Sendable {
    enum Trick: Sendable {
        /// The connection is lost on both sides before COMMIT arrives.
        case loseRequest
        /// The driver's side is lost; the server waits for a COMMIT that does not come.
        case keepRequest
        /// COMMIT arrives and is done, but the driver's side is lost before the answer.
        case loseAnswer
    }

    let port: Int
    private let listener: CInt
    private let serverPort: Int
    private let trick = Mutex<Trick?>(nil)
    private let refusing = Mutex((isOn: false, count: 0))

    /// - serverPort: on this machine.
    init(to serverPort: Int) throws {
        self.serverPort = serverPort
        (listener, port) = try Sockets.listen()
        Thread { [self] in accept() }.start()
    }

    deinit { Sockets.close(listener) }

    func stop() { Sockets.shutDown(listener) }

    /// What happens to the next COMMIT, once.
    func play(_ next: Trick) { trick.withLock { $0 = next } }

    /// Whether new connections are closed at once.
    func refuse(_ isOn: Bool) { refusing.withLock { $0.isOn = isOn } }

    /// How many connections were refused.
    var refusals: Int { refusing.withLock { $0.count } }

    private func accept() {
        while let client = Sockets.accept(listener) {
            guard !isRefused(), let server = Sockets.connect(to: serverPort) else {
                Sockets.close(client)
                continue
            }
            let pair = Pair(client: client, server: server)
            Thread { [self] in passRequests(pair) }.start()
            Thread { pair.passAnswers() }.start()
        }
    }

    private func isRefused() -> Bool {
        refusing.withLock { refusing in
            if refusing.isOn { refusing.count += 1 }
            return refusing.isOn
        }
    }

    private func passRequests(_ pair: Pair) {
        var stream = RequestStream()
        while let bytes = Sockets.read(pair.client) {
            for exchange in stream.exchanges(adding: bytes) {
                guard exchange.isCommit, let trick = takeTrick() else {
                    Sockets.write(exchange.bytes, to: pair.server)
                    continue
                }
                return act(trick, on: exchange, pair)
            }
        }
        pair.loseServer()
    }

    private func act(_ trick: Trick, on exchange: RequestStream.Exchange, _ pair: Pair) {
        switch trick {
        case .loseRequest:
            pair.loseServer()
            pair.loseClient()
        case .keepRequest:
            pair.loseClient()
        case .loseAnswer:
            pair.silence()
            Sockets.write(exchange.bytes, to: pair.server)
            // The answer is the proof that it was done.
            pair.waitForAnswer()
            pair.loseClient()
            pair.loseServer()
        }
    }

    private func takeTrick() -> Trick? {
        trick.withLock { trick in
            defer { trick = nil }
            return trick
        }
    }
}

/// Both ends of one connection.
private final class Pair: Sendable {
    let client: CInt
    let server: CInt
    private let isSilent = Mutex(false)
    private let answered = DispatchSemaphore(value: 0)

    init(client: CInt, server: CInt) {
        self.client = client
        self.server = server
    }

    deinit {
        Sockets.close(client)
        Sockets.close(server)
    }

    func passAnswers() {
        while let bytes = Sockets.read(server) {
            if isSilent.withLock({ $0 }) { answered.signal() } else { Sockets.write(bytes, to: client) }
        }
        answered.signal()
        loseClient()
    }

    /// Answers are swallowed from now on.
    func silence() { isSilent.withLock { $0 = true } }

    func waitForAnswer() { answered.wait() }

    func loseClient() { Sockets.shutDown(client) }
    func loseServer() { Sockets.shutDown(server) }
}
