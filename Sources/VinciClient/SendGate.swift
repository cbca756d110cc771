import NIOHTTP1
import Synchronization

/// The one place where a request is allowed onto the wire, and where it is given the API key.
///
/// The requests handed to AsyncHTTPClient carry the number of a ``SendPass`` instead of the key; at the gate the number is
/// exchanged for the `Authorization` header. Three promises follow, whatever the HTTP client does inside:
/// * a request is written at most once (AsyncHTTPClient 1.37 has no path that sends again — `HTTP1ConnectionStateMachine
///   .runNewRequest` fails the request on a dead connection, and `RedirectState.init?` is nil for `.disallow` — but nothing
///   here depends on that);
/// * a pass withdrawn unused proves that not one byte was or will be written;
/// * the key is in no request value, trace or log line of the HTTP client.
/// Should the gate ever be missing from a connection, Vinci sees no key and refuses: the failure is a safe one.
final class SendGate: Sendable {
    /// Header that carries the pass as far as the gate; never sent.
    static let passField = "x-send-pass"

    private struct Register {
        var issued: UInt64 = 0
        var passes: [UInt64: SendPass] = [:]
    }

    private let key: UpstreamKey
    private let register = Mutex(Register())

    init(key: UpstreamKey) { self.key = key }

    func issue(isOrder: Bool = false, if isStillOurs: @escaping @Sendable () -> Bool = { true }) -> SendPass {
        register.withLock { register in
            register.issued += 1
            let pass = SendPass(number: register.issued, isOrder: isOrder, if: isStillOurs)
            register.passes[pass.number] = pass
            return pass
        }
    }

    /// To be called when the exchange is over.
    func retire(_ pass: SendPass) {
        register.withLock { register in register.passes[pass.number] = nil }
    }

    /// A request that may be written now, as Vinci shall see it.
    struct Admission {
        var head: HTTPRequestHead
        let pass: SendPass
    }

    /// - takesOrders: whether an order may go over this connection; asked only for one.
    /// - Returns: nil when the request must not be sent, or not here.
    func admit(_ head: HTTPRequestHead, takesOrders: () -> Bool = { true }) -> Admission? {
        guard let number = head.headers.first(name: Self.passField).flatMap(UInt64.init),
            let pass = register.withLock({ register in register.passes[number] })
        else { return nil }
        if pass.isOrder, !takesOrders() {
            pass.turnAway()
            return nil
        }
        guard pass.use() else { return nil }
        var admitted = head
        admitted.headers.remove(name: Self.passField)
        admitted.headers.replaceOrAdd(name: "Authorization", value: key.authorization)
        return Admission(head: admitted, pass: pass)
    }
}
