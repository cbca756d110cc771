import Testing

@testable import PostgresDatabase

@Suite("A connection URL") struct ConnectionTargetTests {
    @Test("names its server without the password")
    func shown() throws {
        let urls = [
            ("postgres://gateway:canary@db.example:6432/books?sslmode=verify-full", "gateway@db.example:6432/books"),
            ("postgresql://gateway@db.example/books?password=canary", "gateway@db.example/books"),
            ("postgres:///books?host=/run/postgresql&user=gateway", "gateway@/run/postgresql/books"),
            ("postgres://gateway:canary@[::1]:5433/books", "gateway@::1:5433/books"),
            ("postgres://gateway:c%40nary@one,two:6432/books", "gateway@one/books, gateway@two:6432/books"),
            ("postgres:///", "local socket/"),
        ]
        for (url, shown) in urls { #expect(try target(url).shown == shown) }
    }

    @Test("is split into its hosts, each with all the rest")
    func hosts() throws {
        let hosts = try target("postgres://g:p@one:1,two:2/books?sslmode=require").hosts
        #expect(hosts.map { $0.parameters["host"] } == ["one", "two"])
        #expect(hosts.map { $0.parameters["port"] } == ["1", "2"])
        for host in hosts {
            #expect(host.parameters["password"] == "p")
            #expect(host.parameters["sslmode"] == "require")
            #expect(host.parameters["dbname"] == "books")
        }
        #expect(try target("postgres://one,two/x?port=7").hosts.map { $0.parameters["port"] } == ["7", "7"])
    }

    @Test("asks for a server that can be written and for signs of life, unless it says otherwise")
    func defaults() throws {
        let plain = try target("postgres://one/x").hosts[0].parameters
        #expect(plain["target_session_attrs"] == "read-write")
        #expect(plain["keepalives_idle"] == "10")
        let own = try target("postgres://one/x?target_session_attrs=any&keepalives_idle=99").hosts[0].parameters
        #expect(own["target_session_attrs"] == "any")
        #expect(own["keepalives_idle"] == "99")
    }

    @Test(
        "that libpq cannot read is refused, and not a word of it is shown",
        arguments: [
            "mysql://g:canary@one/x", "host=one password=canary", "postgres://g:can%zzary@one/x",
            "postgres://g:canary@one/x?colour=red", "postgres://g@one,two,three/x?port=1,2&password=canary",
            "postgres://[canary", "",
        ])
    func bad(url: String) {
        #expect(throws: PostgresOpenFailure.badURL) { try target(url) }
    }

    @Test("does not show its password to a debugger or a log either")
    func reflected() throws {
        let target = try target("postgres://gateway:canary@db.example/books")
        for text in ["\(target)", String(reflecting: target), "\(Mirror(reflecting: target.hosts[0]).children.count)"] {
            #expect(!text.contains("canary"))
        }
        var dumped = ""
        dump(target, to: &dumped)
        #expect(!dumped.contains("canary"))
    }

    private func target(_ url: String) throws -> ConnectionTarget {
        try ConnectionTarget(url: url, defaults: ConnectionTarget.writing)
    }
}
