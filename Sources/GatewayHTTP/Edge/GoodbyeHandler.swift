import NIOCore

/// Writes one answer as soon as the connection stands, and closes.
final class GoodbyeHandler: ChannelInboundHandler {
    typealias InboundIn = Never
    typealias OutboundOut = IOData

    private let answer: ByteBuffer

    init(_ answer: ByteBuffer) { self.answer = answer }

    func channelActive(context: ChannelHandlerContext) {
        let bound = context.loopBound
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(answer))).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }
}

@available(*, unavailable)
extension GoodbyeHandler: Sendable {}
