import GatewayCore
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import VinciClient

@Suite("The gate in a connection") struct SendGateHandlerTests {
    private let gate: SendGate
    private let kept = KeptConnections()
    private let channel: EmbeddedChannel

    init() throws {
        gate = SendGate(key: try UpstreamKey(Secret(canary)))
        channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers([
            HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder(informationalResponseStrategy: .forward)),
        ])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        try SendGateHandler.install(
            in: channel, gate: gate, keptConnections: kept, replyBytesMax: 10
        ).wait()
    }

    private func head(_ pass: SendPass) -> HTTPClientRequestPart {
        let headers: HTTPHeaders = [SendGate.passField: "\(pass.number)", "Content-Length": "2"]
        return .head(HTTPRequestHead(version: .http1_1, method: .POST, uri: "/order", headers: headers))
    }

    /// Writes the head, which is not sent before something of the body is.
    private func begin(_ pass: SendPass) { channel.writeAndFlush(head(pass), promise: nil) }

    /// A request and its answer.
    private func exchange() throws {
        begin(gate.issue())
        try channel.writeOutbound(HTTPClientRequestPart.end(nil))
        try receive("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    }

    private func written() throws -> String {
        var text = ""
        while let bytes = try channel.readOutbound(as: IOData.self) {
            if case .byteBuffer(let buffer) = bytes { text += String(buffer: buffer) }
        }
        return text
    }

    private func receive(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

    @Test("lets a request through, with the key") func through() throws {
        let pass = gate.issue()
        begin(pass)
        #expect(try written().isEmpty, "in one packet with the body")
        try channel.writeOutbound(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: "{}"))))
        try channel.writeOutbound(HTTPClientRequestPart.end(nil))
        let bytes = try written()
        #expect(bytes.hasPrefix("POST /order HTTP/1.1\r\n"))
        #expect(bytes.hasSuffix("\r\n\r\n{}"))
        #expect(bytes.contains("Authorization: Bearer \(canary)\r\n"))
        #expect(!bytes.contains(SendGate.passField))

        try receive("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "2"])
        #expect(try channel.readInbound() == HTTPClientResponsePart.head(head))
        #expect(try channel.readInbound() == HTTPClientResponsePart.body(ByteBuffer(string: "{}")))
        #expect(try channel.readInbound() == HTTPClientResponsePart.end(nil))
        #expect(pass.withdraw() == .tooLate(.head(status: 200)))
    }

    @Test("writes not one byte of a withdrawn request, and ends the connection") func withdrawn() throws {
        let pass = gate.issue()
        #expect(pass.withdraw() == .neverSent)
        #expect(throws: RequestWithdrawn.self) { try channel.writeOutbound(head(pass)) }
        #expect(throws: (any Error).self) {
            try channel.writeOutbound(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: "{}"))))
        }
        #expect(throws: (any Error).self) { try channel.writeOutbound(HTTPClientRequestPart.end(nil)) }
        #expect(try written().isEmpty)
        #expect(!channel.isActive)
    }

    @Test("closes a kept connection under a withdrawn request, which says nothing against the server")
    func withdrawnLater() throws {
        kept.note(.survived)
        try exchange()
        let pass = gate.issue()
        _ = pass.withdraw()
        #expect(throws: RequestWithdrawn.self) { try channel.writeOutbound(head(pass)) }
        #expect(!channel.isActive)
        #expect(kept.areTrusted)
    }

    @Test("sees a server that closes a kept connection too soon") func brokeOff() throws {
        kept.note(.survived)
        try exchange()
        #expect(kept.areTrusted)
        channel.pipeline.fireChannelInactive()
        #expect(!kept.areTrusted)
    }

    @Test("sees a server that sends what nobody asked for") func stray() throws {
        kept.note(.survived)
        try exchange()
        #expect(kept.areTrusted)
        #expect(throws: NIOHTTPDecoderError.unsolicitedResponse) {
            try receive("HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(!kept.areTrusted)
    }

    @Test("writes no request twice") func twice() throws {
        let pass = gate.issue()
        begin(pass)
        #expect(throws: RequestWithdrawn.self) { try channel.writeOutbound(head(pass)) }
        #expect(try written().isEmpty)
    }

    @Test("keeps a reply that comes too early, and says so") func early() throws {
        let pass = gate.issue()
        begin(pass)
        try receive("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 413 No\r\nContent-Length: 4\r\n\r\n{\"")
        #expect(throws: Overtaken.self) { try receive("x}") }
        let headers: HTTPHeaders = ["Content-Length": "4"]
        let reply = HTTPReply(status: 413, headers: headers, body: ByteBuffer(string: "{\"x}"))
        #expect(pass.withdraw() == .tooLate(.early(reply)))
    }

    @Test("gives up an early reply at the bound, though its end is already there") func bounded() throws {
        let pass = gate.issue()
        begin(pass)
        let text = "HTTP/1.1 413 No\r\nContent-Length: 11\r\n\r\n12345678901"
        #expect(throws: ReplyTooLarge.self) { try receive(text) }
        #expect(pass.withdraw() == .tooLate(.head(status: 413)))
    }

    @Test("closes a connection that it cannot be put into") func noPlace() throws {
        let bare = EmbeddedChannel()
        bare.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        #expect(throws: ChannelPipelineError.self) {
            try SendGateHandler.install(
                in: bare, gate: gate, keptConnections: KeptConnections(), replyBytesMax: 10
            ).wait()
        }
        #expect(!bare.isActive)
    }
}
