import CLibPQ
import Foundation

/// One connection of libpq, in pipeline mode and never blocking: what it waits for, it waits for in poll(2), up to a
/// deadline. Belongs to the thread that uses it.
final class Link {
    private let raw: OpaquePointer
    let notices: Notices
    /// Why it is of no more use; nil while it is.
    private(set) var fault: LinkFault?

    /// - raw: connected; closed with this object.
    init(_ raw: OpaquePointer, notices: Notices) {
        self.raw = raw
        self.notices = notices
        if PQsetnonblocking(raw, 1) != 0 || PQenterPipelineMode(raw) != 1 {
            fault = .lost(reason: "the connection could not be set up")
        }
    }

    deinit { PQfinish(raw) }

    /// Ends the use of a connection that is no longer what it should be.
    func giveUp(_ reason: String) { fault = fault ?? .lost(reason: reason) }

    /// Sends all requests together and waits for their answers: one round trip. After a server's error the requests
    /// behind it are not run; their replies have the status `PGRES_PIPELINE_ABORTED`.
    /// - alarm: ends the wait; the server is then asked to cancel, and the connection given up, because that may reach
    ///   the server late and would hit whoever uses the connection next.
    /// - Throws: also after an error that ends the session.
    func exchange(
        _ requests: [Request], until deadline: Deadline, alarm: Alarm? = nil, canceller: Canceller? = nil
    ) throws(LinkFault) -> [Reply] {
        if let fault { throw fault }
        do throws(LinkFault) {
            for request in requests { try check(send(request)) }
            try check(PQpipelineSync(raw))
            var replies: [Reply] = []
            for _ in requests { replies.append(try reply(until: deadline, alarm)) }
            guard try nextResult(until: deadline, alarm)?.status == PGRES_PIPELINE_SYNC else { throw disorder }
            return replies
        } catch {
            fault = error
            if error == .interrupted { canceller?.cancel(raw) }
            throw error
        }
    }

    // MARK: Notifications

    /// Waits until something was announced on a channel this session listens to.
    /// - Returns: false when the deadline came first.
    func awaitNotification(until deadline: Deadline, alarm: Alarm) throws(LinkFault) -> Bool {
        if let fault { throw fault }
        do throws(LinkFault) {
            while !takeNotifications() {
                if deadline.isOver { return false }
                try wait(until: deadline, alarm)
            }
            return true
        } catch .overdue {
            return false
        } catch {
            fault = error
            throw error
        }
    }

    private func takeNotifications() -> Bool {
        var isAny = false
        while let notification = PQnotifies(raw) {
            PQfreemem(notification)
            isAny = true
        }
        return isAny
    }

    // MARK: Messages

    private func send(_ request: Request) -> CInt {
        switch request {
        case .prepare(let name, let sql): PQsendPrepare(raw, name, sql, 0, nil)
        case .describe(let name): PQsendDescribePrepared(raw, name)
        case .run(let sql): PQsendQueryParams(raw, sql, 0, nil, nil, nil, nil, 0)
        case .execute(let name, let parameters):
            PackedParameters(parameters).pass { count, values, lengths, formats in
                PQsendQueryPrepared(raw, name, count, values, lengths, formats, 1)
            }
        }
    }

    /// The answer to one request, which libpq ends with nothing.
    private func reply(until deadline: Deadline, _ alarm: Alarm?) throws(LinkFault) -> Reply {
        var last: Reply?
        while let reply = try nextResult(until: deadline, alarm) {
            if let error = ServerError(reply), error.endsSession { throw .lost(reason: error.reason) }
            last = reply
        }
        guard let last else { throw disorder }
        return last
    }

    private func nextResult(until deadline: Deadline, _ alarm: Alarm?) throws(LinkFault) -> Reply? {
        while PQisBusy(raw) == 1 { try wait(until: deadline, alarm) }
        let reply = PQgetResult(raw).map(Reply.init)
        guard PQstatus(raw) == CONNECTION_OK else {
            // The last words of a server that ends the session come before the end itself.
            throw .lost(reason: reply.flatMap(ServerError.init)?.reason ?? "the connection was lost")
        }
        return reply
    }

    private func wait(until deadline: Deadline, _ alarm: Alarm?) throws(LinkFault) {
        let unsent = PQflush(raw)
        guard unsent >= 0 else { throw .lost(reason: "the connection was lost") }
        let socket = PQsocket(raw)
        // poll(2) would silently wait for nothing.
        guard socket >= 0 else { throw .lost(reason: "the connection was lost") }
        let wanted = Int16(POLLIN) | (unsent == 1 ? Int16(POLLOUT) : 0)
        var watched = [
            pollfd(fd: socket, events: wanted, revents: 0),
            pollfd(fd: alarm?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&watched, nfds_t(watched.count), deadline.milliseconds)
        if ready == 0, deadline.isOver { throw .overdue }
        guard ready > 0 else { return }
        if watched[1].revents != 0 { throw .interrupted }
        // Anything but "can be written" is to be read, be it the end.
        if watched[0].revents & ~Int16(POLLOUT) != 0 { try check(PQconsumeInput(raw)) }
    }

    private func check(_ success: CInt) throws(LinkFault) {
        guard success == 1 else { throw .lost(reason: "the connection was lost") }
    }

    private var disorder: LinkFault { .lost(reason: "the server's answers do not match what it was asked") }
}
