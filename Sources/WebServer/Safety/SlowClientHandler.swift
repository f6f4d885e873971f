import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes connections of clients that keep a place and do nothing with it: no head, a body that drips, an answer that
/// is not taken.
final class SlowClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let deadlines: ServerOptions.Deadlines
    /// For the client to send; nil while it is our turn.
    private var sending: Scheduled<Void>?
    /// For the client to take what was sent.
    private var reading: Scheduled<Void>?
    private var bodyBytes = 0
    /// Requests that are not answered yet: a client may send the next before the answer to the one before.
    private var unanswered = 0

    init(_ deadlines: ServerOptions.Deadlines) { self.deadlines = deadlines }

    func channelActive(context: ChannelHandlerContext) {
        expect(within: deadlines.head, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        sending?.cancel()
        reading?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            unanswered += 1
            bodyBytes = 0
            expect(within: deadlines.body, context)
        case .body(let buffer):
            bodyBytes += buffer.readableBytes
            if bodyBytes >= deadlines.bodyBytes {
                bodyBytes = 0
                expect(within: deadlines.body, context)
            }
        case .end:
            sending?.cancel()
            sending = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            unanswered -= 1
            if unanswered == 0 { expect(within: deadlines.head, context) }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        reading?.cancel()
        reading = context.channel.isWritable ? nil : close(after: deadlines.reading, context)
        context.fireChannelWritabilityChanged()
    }

    private func expect(within seconds: Int, _ context: ChannelHandlerContext) {
        sending?.cancel()
        sending = close(after: seconds, context)
    }

    private func close(after seconds: Int, _ context: ChannelHandlerContext) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: .seconds(Int64(seconds))) { channel.close(promise: nil) }
    }
}
