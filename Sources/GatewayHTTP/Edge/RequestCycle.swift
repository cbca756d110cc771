import NIOHTTP1

/// The order of requests and answers on one connection, and who may still speak. Pure: it is told what happened and says
/// what to do.
struct RequestCycle {
    struct Exchange: Equatable {
        enum Answer {
            case none, begun
        }

        let requestID: CallID
        let method: HTTPMethod
        let version: HTTPVersion
        fileprivate(set) var keepsAlive: Bool
        fileprivate(set) var awaitsContinue: Bool
        fileprivate(set) var requestEnded = false
        fileprivate(set) var answer = Answer.none
        fileprivate(set) var sendsBody = true
    }

    private enum State {
        case waiting
        case active(Exchange)
        /// The last answer was given: nothing more goes in or out.
        case over
    }

    enum HeadAction: Equatable { case forward, refuse, drop }
    enum AnswerHeadAction: Equatable {
        /// - lastAnswer: say so with `Connection: close`.
        case send(Exchange, lastAnswer: Bool)
        case sendInformational
        case drop
    }
    enum AnswerEndAction: Equatable { case send, sendThenClose, drop }
    enum UnreadableAction: Equatable {
        /// Answer in the name of this request, or of none.
        case refuse(Exchange?)
        /// Let the inner code find out and answer.
        case tellInner
        case close
        case ignore
    }
    enum TooSlowAction: Equatable { case refuse(Exchange), close, ignore }

    private var state = State.waiting

    var isWaiting: Bool {
        if case .waiting = state { true } else { false }
    }
}

// From the client.
extension RequestCycle {
    mutating func headArrived(_ head: HTTPRequestHead, requestID: CallID, isRefused: Bool) -> HeadAction {
        guard case .waiting = state else { return .drop }
        guard !isRefused else {
            state = .over
            return .refuse
        }
        state = .active(
            Exchange(
                requestID: requestID, method: head.method, version: head.version,
                keepsAlive: head.version == .http1_1 && head.isKeepAlive,
                awaitsContinue: head.version == .http1_1 && head.headers.contains(name: "expect")))
        return .forward
    }

    /// - Returns: whether the inner code gets the bytes.
    mutating func bodyArrived() -> Bool {
        guard case .active(var exchange) = state else { return false }
        exchange.awaitsContinue = false
        state = .active(exchange)
        return true
    }

    /// - Returns: whether the inner code is told.
    mutating func endArrived() -> Bool {
        guard case .active(var exchange) = state else { return false }
        exchange.awaitsContinue = false
        exchange.requestEnded = true
        state = .active(exchange)
        return true
    }

    /// The bytes after this point mean nothing.
    mutating func becameUnreadable(_ fault: ParserFault) -> UnreadableAction {
        switch state {
        case .over:
            return .ignore
        case .waiting:
            state = .over
            return fault == .cutOff ? .close : .refuse(nil)
        case .active(var exchange):
            exchange.keepsAlive = false
            if fault == .cutOff || exchange.answer == .begun {
                state = .active(exchange)
                return exchange.requestEnded ? .ignore : .tellInner
            }
            state = .over
            return .refuse(exchange)
        }
    }

    mutating func bodyTooSlow() -> TooSlowAction {
        guard case .active(let exchange) = state, !exchange.requestEnded else { return .ignore }
        state = .over
        return exchange.answer == .none ? .refuse(exchange) : .close
    }
}

// From the inner code.
extension RequestCycle {
    /// - Returns: whether the client is waiting to be told `100 Continue`.
    mutating func bodyWanted() -> Bool {
        guard case .active(var exchange) = state, exchange.awaitsContinue, exchange.answer == .none else {
            return false
        }
        exchange.awaitsContinue = false
        state = .active(exchange)
        return true
    }

    mutating func answerBegins(isInformational: Bool) -> AnswerHeadAction {
        guard case .active(var exchange) = state, exchange.answer == .none else { return .drop }
        guard !isInformational else { return .sendInformational }
        exchange.answer = .begun
        // What is left of a body that nobody will read must not be taken for the next request.
        if !exchange.requestEnded { exchange.keepsAlive = false }
        state = .active(exchange)
        return .send(exchange, lastAnswer: !exchange.keepsAlive)
    }

    /// Whether body bytes may follow the head that was sent.
    mutating func answerFramed(sendsBody: Bool) {
        guard case .active(var exchange) = state else { return }
        exchange.sendsBody = sendsBody
        state = .active(exchange)
    }

    /// - Returns: whether bytes of the answer's body go out.
    func answerContinues() -> Bool {
        guard case .active(let exchange) = state else { return false }
        return exchange.answer == .begun && exchange.sendsBody
    }

    mutating func answerEnds() -> AnswerEndAction {
        guard case .active(let exchange) = state, exchange.answer == .begun else { return .drop }
        guard exchange.keepsAlive else {
            state = .over
            return .sendThenClose
        }
        state = .waiting
        return .send
    }
}
