import CLibPQ

/// A connection URL, taken apart: the hosts it names, to be tried in their order.
struct ConnectionTarget: Sendable {
    /// One host with everything that libpq has to know about it. Shows itself without its password, whoever asks.
    struct Host: Sendable, CustomStringConvertible, CustomReflectable {
        /// By libpq's keywords; holds the password.
        var parameters: [String: String]
        /// `user@host:port/database`
        let shown: String

        var description: String { shown }
        var customMirror: Mirror { Mirror(self, children: []) }
    }

    let hosts: [Host]

    /// All hosts, for messages.
    var shown: String { hosts.map(\.shown).joined(separator: ", ") }

    /// - url: `postgres://…` or `postgresql://…`. What it does not say, libpq takes from the environment (`PGPASSWORD`,
    ///   `~/.pgpass` …), and last from `defaults`.
    init(url: String, defaults: [String: String]) throws(PostgresOpenFailure) {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else { throw .badURL }
        let written = try Self.parse(url)
        hosts = try Self.split(written.merging(defaults) { written, _ in written })
    }

    // libpq's own message names the part that it could not read, which may be the password.
    private static func parse(_ url: String) throws(PostgresOpenFailure) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &message) else {
            PQfreemem(message)
            throw .badURL
        }
        defer { PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { parameters[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return parameters
    }

    /// libpq would try several hosts by itself, but a silent one would use up the time of all.
    private static func split(_ parameters: [String: String]) throws(PostgresOpenFailure) -> [Host] {
        let lists = ["host", "hostaddr", "port"].map { name in
            (name, (parameters[name] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init))
        }
        let count = max(lists[0].1.count, lists[1].1.count)
        var hosts: [Host] = []
        for index in 0..<count {
            var own = parameters
            for (name, values) in lists where parameters[name] != nil {
                guard values.count == count || (name == "port" && values.count == 1) else { throw .badURL }
                own[name] = values[min(index, values.count - 1)]
            }
            hosts.append(Host(parameters: own, shown: shown(own)))
        }
        return hosts
    }

    private static func shown(_ parameters: [String: String]) -> String {
        let user = parameters["user"].map { $0 + "@" } ?? ""
        let host = [parameters["host"], parameters["hostaddr"]].compactMap(\.self).first { !$0.isEmpty }
        let port = parameters["port"].flatMap { $0.isEmpty ? nil : ":" + $0 } ?? ""
        let database = parameters["dbname"] ?? parameters["user"] ?? ""
        return "\(user)\(host ?? "local socket")\(port)/\(database)"
    }
}

extension ConnectionTarget {
    /// For a store that is written: a standby will not do, a peer that vanished is noticed within some twenty seconds,
    /// and no ticket of Kerberos is looked for, which might block.
    static let writing = unblocked.merging(["target_session_attrs": "read-write"]) { $1 }

    /// For a store that is only looked at.
    static let reading = unblocked

    private static let unblocked = [
        "keepalives": "1", "keepalives_idle": "10", "keepalives_interval": "3", "keepalives_count": "3",
        "tcp_user_timeout": "15000", "gssencmode": "disable",
    ]
}
