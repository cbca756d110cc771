import NIOCore

/// What a raw upstream does with a connection on which an order arrives, byte by byte.
struct Behaviour: Sendable {
    /// When its steps begin.
    enum Moment: Sendable, Equatable {
        /// Before anything was read.
        case connected
        /// After an order's head.
        case head
        /// After so many bytes of an order's body.
        case bodyBytes(Int)
        /// After the whole order.
        case order
    }

    enum Step: Sendable {
        case send(String)
        /// A well-formed acceptance under an id of its own.
        case take
        /// As the order's body says.
        case choose(@Sendable ([UInt8]) -> [Step])
        /// The same again and again, until the other side has gone.
        case sendForever(String)
        case pause(TimeAmount)
        /// Until the test says so.
        case wait
        /// Ends only this side's half of the connection.
        case end
        case close
        case reset
    }

    var moment = Moment.order
    /// False: nothing after the head is taken from the socket, so a long upload stalls.
    var readsBody = true
    var steps: [Step]
}

extension Behaviour.Step {
    /// A well-formed reply with a length.
    static func reply(_ status: Int, _ body: String, _ headers: String...) -> Behaviour.Step {
        let lines = headers.map { "\($0)\r\n" }.joined()
        return .send("HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)")
    }

    /// The head of a reply, its last lines without their end.
    static func head(_ status: Int, _ headers: String...) -> Behaviour.Step {
        .send("HTTP/1.1 \(status) X\r\n" + headers.map { "\($0)\r\n" }.joined() + "\r\n")
    }

    static let accepted = reply(200, acceptance)
    static let acceptance = #"{"request_id":"req_1","status":"pending","estimated_cost_usd":0.25}"#
}
