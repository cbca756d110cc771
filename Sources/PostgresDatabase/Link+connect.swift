import CLibPQ
import Foundation

extension Link {
    /// Connects to one host.
    /// - name: the session's, for the server's list of activities.
    /// - alarm: gives the attempt up.
    static func connect(
        to host: ConnectionTarget.Host, as name: String, until deadline: Deadline, alarm: Alarm
    ) throws(PostgresOpenFailure) -> Link {
        var parameters = host.parameters
        parameters["application_name"] = name
        parameters["client_encoding"] = "UTF8"
        guard let raw = start(parameters) else {
            throw .unreachable(server: host.shown, reason: "out of memory")
        }
        let notices = Notices()
        // Errors of a start then carry their code and nothing else of the server's.
        PQsetErrorVerbosity(raw, PQERRORS_SQLSTATE)
        notices.receive(from: raw)
        do throws(ConnectTrouble) {
            try finish(raw, until: deadline, alarm)
        } catch {
            PQfinish(raw)
            throw PostgresOpenFailure(error, server: host.shown)
        }
        return Link(raw, notices: notices)
    }

    private static func start(_ parameters: [String: String]) -> OpaquePointer? {
        let names = parameters.keys.map { strdup($0) }
        let values = parameters.values.map { strdup($0) }
        defer { for text in names + values { free(text) } }
        let keywords = names.map { UnsafePointer($0) } + [nil]
        return PQconnectStartParams(keywords, values.map { UnsafePointer($0) } + [nil], 0)
    }

    private static func finish(
        _ raw: OpaquePointer, until deadline: Deadline, _ alarm: Alarm
    ) throws(ConnectTrouble) {
        guard PQstatus(raw) != CONNECTION_BAD else { throw ConnectTrouble(of: raw) }
        var step = PGRES_POLLING_WRITING
        while step != PGRES_POLLING_OK {
            try wait(for: step == PGRES_POLLING_READING ? POLLIN : POLLOUT, raw, until: deadline, alarm)
            step = PQconnectPoll(raw)
            if step == PGRES_POLLING_FAILED { throw ConnectTrouble(of: raw) }
        }
    }

    private static func wait(
        for event: some BinaryInteger, _ raw: OpaquePointer, until deadline: Deadline, _ alarm: Alarm
    ) throws(ConnectTrouble) {
        while true {
            // Another one for each address of a host.
            let socket = PQsocket(raw)
            guard socket >= 0 else { throw ConnectTrouble(of: raw) }
            var watched = [
                pollfd(fd: socket, events: Int16(event), revents: 0),
                pollfd(fd: alarm.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&watched, nfds_t(watched.count), deadline.milliseconds)
            if ready == 0, deadline.isOver { throw ConnectTrouble(text: "it does not answer") }
            guard ready > 0 else { continue }
            if watched[1].revents != 0 { throw ConnectTrouble(text: "the store is being closed") }
            return
        }
    }
}
