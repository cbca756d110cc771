import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Testing

@Suite("Opening a store on PostgreSQL") struct OpeningTests {
    @Test("is refused with a wrong password, or with none, and neither is shown")
    func wrongPassword() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let wrong = await openFailure(place, place.tcpURL(password: "hunter2-secret"))
            guard case .notAuthenticated(_, let reason) = wrong else { return fail(wrong) }
            #expect(reason == "the password is wrong (28P01)")
            #expect(!"\(String(describing: wrong))".contains("hunter2"))
            let none = await openFailure(place, place.tcpURL(password: ""))
            guard case .notAuthenticated = none else { return fail(none) }
            let stranger = "postgres://stranger:hunter2@127.0.0.1:\(place.server.port)/\(place.name)"
            guard case .notAuthenticated = await openFailure(place, stranger) else { return fail(nil) }
        }
    }

    @Test("is refused when there is no such database, with its place")
    func missingDatabase() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let server = "gateway@127.0.0.1:\(place.server.port)/nowhere"
            let url = "postgres://gateway:\(PostgresServer.password)@127.0.0.1:\(place.server.port)/nowhere"
            #expect(await openFailure(place, url) == .noSuchDatabase(server: server))
        }
    }

    @Test("is refused when nobody listens there, when nobody answers, and when the host has no address")
    func unreachable() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let (silent, port) = try Sockets.listen()
            defer { Sockets.close(silent) }
            let urls = [
                place.tcpURL(port: 1), place.tcpURL(port: port), "postgres:///x?host=/nowhere",
                "postgres://gateway@nohost.invalid/x",
            ]
            for url in urls {
                let failure = await openFailure(place, url) { $0.connectTimeout = .milliseconds(300) }
                guard case .unreachable = failure else { return fail(failure) }
            }
        }
    }

    @Test("is refused when TLS is demanded of a server that has none")
    func insecure() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let failure = await openFailure(place, place.tcpURL() + "?sslmode=verify-full")
            guard case .insecure = failure else { return fail(failure) }
        }
    }

    @Test("takes the first of several hosts that can be written")
    func severalHosts() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let hosts = "127.0.0.1:1,127.0.0.1:\(place.server.port)"
            let database = try await place.open(
                url: "postgres://gateway:\(PostgresServer.password)@\(hosts)/\(place.name)")
            try await database.makeNotes()
            await database.close()
        }
    }

    @Test("is refused by a database that is switched to reading only, whatever the URL demands")
    func readOnly() async throws {
        try await PostgresServer.shared().withDatabase { place in
            try await place.server.administrate("ALTER DATABASE \(place.name) SET default_transaction_read_only = on")
            for url in [place.url, place.url + "&target_session_attrs=any"] {
                let failure = await openFailure(place, url)
                guard case .notWritable = failure else { return fail(failure) }
            }
        }
    }

    @Test("is refused by a database whose text is not UTF-8")
    func otherEncoding() async throws {
        let server = try await PostgresServer.shared()
        try await server.withDatabase { place in
            let name = place.name + "_ascii"
            try await server.administrate(
                "CREATE DATABASE \(name) ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
            let other = PostgresPlace(server: server, name: name)
            let failure = await openFailure(other, other.url)
            try await server.administrate("DROP DATABASE \(name) WITH (FORCE)")
            guard case .unsafeSetting(_, let reason) = failure else { return fail(failure) }
            #expect(reason == "server_encoding is SQL_ASCII, not UTF8")
        }
    }

    @Test("is refused when the role may not make the driver's table")
    func notPermitted() async throws {
        let server = try await PostgresServer.shared()
        try await server.withDatabase { place in
            try await server.administrate("ALTER DATABASE \(place.name) OWNER TO postgres")
            try await server.administrate("REVOKE CREATE ON DATABASE \(place.name) FROM PUBLIC")
            let failure = await openFailure(place, place.url + "&options=-csearch_path%3Dpg_catalog")
            guard case .notPermitted = failure else { return fail(failure) }
        }
    }

    @Test("turns durable commits on where a role has them off, and leaves a stronger setting alone")
    func durableCommits() async throws {
        try await PostgresServer.shared().withDatabase { place in
            for (configured, wanted) in [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")] {
                try await place.server.administrate(
                    "ALTER DATABASE \(place.name) SET synchronous_commit = \(configured)")
                let database = try await place.open()
                #expect(try await database.setting("synchronous_commit") == wanted)
                await database.close()
            }
        }
    }

    @Test("keeps the words of a failure free of the URL", arguments: ["b%zz-secret", "se@cret", "s#ecret"])
    func badURL(password: String) async throws {
        let url = "postgres://gateway:\(password)@127.0.0.1:1/x?sslmoode=disable"
        await #expect(throws: PostgresOpenFailure.badURL) {
            try await PostgresDatabase.open(url: url, settings: PostgresSettings(onBroken: { _ in }))
        }
        #expect(!"\(PostgresOpenFailure.badURL)".contains("secret"))
    }
}

@Suite("A server that does not promise durability") struct UnsafeServerTests {
    @Test("is refused with the setting that is to blame")
    func refused() async throws {
        let server = try await PostgresServer()
        try await server.withDatabase { place in
            for setting in ["fsync", "full_page_writes"] {
                try await server.administrate("ALTER SYSTEM SET \(setting) = off")
                try await server.administrate("SELECT pg_reload_conf()")
                try await eventually { try await server.administrate("SHOW \(setting)") == "off" }
                let failure = await openFailure(place, place.url)
                guard case .unsafeSetting(_, let reason) = failure else { return fail(failure) }
                #expect(reason == "\(setting) is off, not on")
                try await server.administrate("ALTER SYSTEM RESET \(setting)")
                try await server.administrate("SELECT pg_reload_conf()")
                try await eventually { try await server.administrate("SHOW \(setting)") == "on" }
            }
            let database = try await place.open()
            await database.close()
        }
    }

    @Test("is refused as a standby, which can still be read")
    func standby() async throws {
        let server = try await PostgresServer()
        try await server.withDatabase { place in
            let database = try await place.open()
            try await database.makeNotes()
            try await database.addNote()
            await database.close()
            try await server.becomeStandby()
            let failure = await openFailure(place, place.url)
            guard case .notWritable = failure else { return fail(failure) }
            let reader = try await PostgresDatabase.openReadOnly(url: place.url)
            try await reader.expectNotes(1)
            await reader.close()
            try await server.promote()
        }
    }
}

extension PostgresDatabase {
    fileprivate func setting(_ name: String) async throws -> String? {
        try await write { connection throws(SQLFailure) in
            .commit(try connection.row("SELECT current_setting($1) AS value", [.text(name)])?.text("value"))
        }
    }
}

private func openFailure(
    _ place: PostgresPlace, _ url: String, _ adjust: (inout PostgresSettings) -> Void = { _ in }
) async -> PostgresOpenFailure? {
    do throws(PostgresOpenFailure) {
        let database = try await place.open(url: url, adjust)
        await database.close()
        return nil
    } catch {
        return error
    }
}

private func fail(_ failure: PostgresOpenFailure?, at location: SourceLocation = #_sourceLocation) {
    Issue.record("\(String(describing: failure))", sourceLocation: location)
}
