import NIOCore
import NIOHTTP1

/// Answers on the event loop what needs neither a wait nor the disk, by the same checks as the routes and with the same
/// bytes.
protocol HotPath: Sendable {
    /// Reads a request without doing anything. Nil: it is for the routes.
    func open(_ head: HTTPRequestHead) -> HotRequest?

    /// Nil: the routes must answer; nothing has been counted or changed then.
    func answer(_ request: inout HotRequest, requestID: CallID, client: ClientAddress) -> HotAnswer?
}
