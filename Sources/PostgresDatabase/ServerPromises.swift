/// What a session asks of its server, and the proof that the server took the settings that money depends on.
///
/// Checked for every session, not only at the start: the next one may reach another server of the same name.
enum ServerPromises {
    /// Settings for the session.
    static func settings(for purpose: Session.Purpose, _ settings: PostgresSettings) -> String {
        var wanted: [(String, String)] = [
            // Values and warnings as the driver reads them.
            ("standard_conforming_strings", "'on'"), ("client_min_messages", "'warning'"),
            // Nine tenths: a slow statement ends by the server's clock, which keeps the connection.
            ("statement_timeout", "'\(settings.statementTimeout.serverShare)'"),
            ("lock_timeout", "'\(settings.lockTimeout.serverMilliseconds)'"),
            ("idle_in_transaction_session_timeout", "'\(settings.statementTimeout.serverMilliseconds)'"),
            // A process whose machine vanished leaves no session behind for long.
            ("tcp_keepalives_idle", "'30'"), ("tcp_keepalives_interval", "'10'"), ("tcp_keepalives_count", "'3'"),
        ]
        switch purpose {
        case .reading:
            wanted.append(("default_transaction_read_only", "'on'"))
        case .writing:
            // Stronger than `on`; whoever configured it keeps it.
            let remote = "current_setting('synchronous_commit') = 'remote_apply'"
            wanted.append(("synchronous_commit", "CASE WHEN \(remote) THEN 'remote_apply' ELSE 'on' END"))
        case .listening:
            break
        }
        return "SELECT " + wanted.map { "set_config('\($0)', \($1), false)" }.joined(separator: ", ")
    }

    /// One row, read by `check`.
    static let question =
        "SELECT " + asked.map { "current_setting('\($0)')" }.joined(separator: ", ") + ", pg_is_in_recovery()"

    private static let asked = [
        "server_version_num", "server_version", "server_encoding", "client_encoding", "standard_conforming_strings",
        "default_transaction_read_only", "synchronous_commit", "fsync", "full_page_writes",
    ]

    /// - answer: to `question`.
    static func check(_ answer: Reply, for purpose: Session.Purpose, server: String) throws(PostgresOpenFailure) {
        var found: [String: String] = [:]
        for (column, name) in asked.enumerated() { found[name] = answer.text(column: column) }
        let isStandby = answer.text(column: asked.count) == "t"
        guard Int(found["server_version_num"] ?? "") ?? 0 >= 130_000 else {
            throw .tooOld(server: server, version: found["server_version"] ?? "of unknown version")
        }
        try check(found, textSettings, server)
        guard purpose == .writing else { return }
        if isStandby { throw .notWritable(server: server, reason: "it is a standby") }
        guard found["default_transaction_read_only"] == "off" else {
            throw .notWritable(server: server, reason: "default_transaction_read_only is on")
        }
        try check(found, durabilitySettings, server)
    }

    private static func check(
        _ found: [String: String], _ wanted: [(String, [String])], _ server: String
    ) throws(PostgresOpenFailure) {
        for (name, good) in wanted {
            let value = found[name] ?? "unknown"
            guard good.contains(value) else {
                throw .unsafeSetting(server: server, reason: "\(name) is \(value), not \(good[0])")
            }
        }
    }

    private static let textSettings = [
        ("server_encoding", ["UTF8"]), ("client_encoding", ["UTF8"]), ("standard_conforming_strings", ["on"]),
    ]

    private static let durabilitySettings = [
        ("synchronous_commit", ["on", "remote_apply"]), ("fsync", ["on"]), ("full_page_writes", ["on"]),
    ]
}

extension Duration {
    /// Nine tenths of it, in milliseconds.
    var serverShare: Int64 { max(1, serverMilliseconds * 9 / 10) }
}
