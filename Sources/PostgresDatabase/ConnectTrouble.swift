import CLibPQ

/// Why an attempt to connect failed, as libpq tells it: a sentence of its own, or the code of a server's refusal.
struct ConnectTrouble: Error {
    /// One line, without the password.
    let text: String
    /// The server's code, if it answered with one.
    let sqlState: String?
    let wantsPassword: Bool

    init(text: String) {
        self.text = text
        sqlState = nil
        wantsPassword = false
    }

    /// - connection: failed.
    init(of connection: OpaquePointer) {
        let message = String(cString: PQerrorMessage(connection))
        // libpq goes on with advice on further lines.
        var line = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no reason given"
        // No message of libpq's is known to hold it; should one ever do, it is not shown.
        if let password = PQpass(connection).map({ String(cString: $0) }), !password.isEmpty {
            line.replace(password, with: "***")
        }
        text = line
        sqlState = Self.code(in: line)
        wantsPassword = PQconnectionNeedsPassword(connection) == 1
    }

    /// `28P01` in `connection to server at "db", port 5432 failed: FATAL:  28P01`
    private static func code(in line: String) -> String? {
        guard let last = line.split(separator: " ").last, last.count == 5, line.contains(":  \(last)"),
            last.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isUppercase) })
        else { return nil }
        return String(last)
    }
}

extension PostgresOpenFailure {
    init(_ trouble: ConnectTrouble, server: String) {
        if trouble.wantsPassword {
            self = .notAuthenticated(server: server, reason: "it wants a password")
        } else if let sqlState = trouble.sqlState {
            self.init(ServerError(sqlState: sqlState, severity: "FATAL"), server: server)
        } else if ["SSL", "certificate"].contains(where: trouble.text.contains) {
            self = .insecure(server: server, reason: trouble.text)
        } else if ["read-only", "hot standby"].contains(where: trouble.text.contains) {
            self = .notWritable(server: server, reason: "it is a standby, or switched to reading only")
        } else {
            self = .unreachable(server: server, reason: trouble.text)
        }
    }

    /// What the server says to a session that is just beginning.
    init(_ error: ServerError, server: String) {
        switch error.sqlState {
        case "3D000":
            self = .noSuchDatabase(server: server)
        case "28P01":
            self = .notAuthenticated(server: server, reason: "the password is wrong (28P01)")
        case "28000":
            self = .notAuthenticated(
                server: server, reason: "no such role, or pg_hba.conf has no rule for it from here (28000)")
        case "42501", "3F000":
            self = .notPermitted(server: server, reason: error.reason)
        case "25006":
            self = .notWritable(server: server, reason: error.reason)
        case "57P03":
            self = .unreachable(server: server, reason: "it is starting up or shutting down (57P03)")
        case "53300":
            self = .unreachable(server: server, reason: "it has no connection to spare (53300)")
        default:
            self = .unreachable(server: server, reason: error.reason)
        }
    }

    init(_ fault: LinkFault, server: String) {
        self = .unreachable(server: server, reason: fault.reason)
    }
}
