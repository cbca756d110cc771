import CLibPQ
import Dispatch

/// Asks servers to stop statements that nobody waits for any more.
///
/// libpq's call for it connects once more and waits without a deadline. So it runs on a queue of its own, where a server
/// that stands still holds up other such requests and nobody else; the statements then end by their own timeout.
final class Canceller: Sendable {
    private let queue = DispatchQueue(label: "postgres.canceller")

    /// - connection: may be closed at once.
    func cancel(_ connection: OpaquePointer) {
        guard let ticket = Ticket(connection) else { return }
        queue.async { ticket.redeem() }
    }

    /// - Safety: libpq lets any thread use and free what `PQgetCancel` made, apart from its connection; only `redeem`
    ///   reads the pointer, once, and only `deinit` frees it.
    private final class Ticket: @unchecked Sendable {
        private let ticket: OpaquePointer

        init?(_ connection: OpaquePointer) {
            guard let ticket = PQgetCancel(connection) else { return nil }
            self.ticket = ticket
        }

        deinit { PQfreeCancel(ticket) }

        func redeem() {
            var complaint = [CChar](repeating: 0, count: 256)
            PQcancel(ticket, &complaint, CInt(complaint.count))
        }
    }
}
