import Foundation
import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Testing

@Suite("A connection over TLS") struct EncryptionTests {
    @Test("carries small and large values to a server that is who it says, and to no other")
    func verified() async throws {
        let server = try await PostgresServer()
        guard let certificate = try server.makeCertificate() else { return print("skipped: there is no openssl") }
        try await server.administrate("ALTER SYSTEM SET ssl = on")
        try await server.administrate("SELECT pg_reload_conf()")
        try await eventually { try await server.administrate("SHOW ssl") == "on" }
        try await server.withDatabase { place in
            let secure = "?sslmode=verify-full&sslrootcert=\(certificate)"
            let database = try await place.open(url: place.tcpURL() + secure)
            try await database.makeNotes()
            let texts = ["", "x", String(repeating: "long ", count: 1_000_000)]
            for text in texts { try await database.addNote(text) }
            let found = try await database.read { connection throws(SQLFailure) in
                try connection.query("SELECT text FROM note ORDER BY number").map { row throws(SQLFailure) in
                    try row.text("text")
                }
            }
            #expect(found == texts)
            let isSecure =
                "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'gateway'"
            #expect(try await place.run(isSecure) == "t")
            await database.close()

            let byName = place.tcpURL().replacing("127.0.0.1", with: "localhost")
            await expectInsecure(place, byName + secure)
            await expectInsecure(place, place.tcpURL() + "?sslmode=verify-full&sslrootcert=/nowhere/root.crt")
        }
    }

    private func expectInsecure(_ place: PostgresPlace, _ url: String) async {
        do throws(PostgresOpenFailure) {
            let database = try await place.open(url: url)
            await database.close()
            Issue.record("a stranger was believed")
        } catch {
            let isInsecure = if case .insecure = error { true } else { false }
            #expect(isInsecure, "\(error)")
            #expect(!"\(error)".contains(PostgresServer.password))
        }
    }
}

extension PostgresServer {
    /// Gives the server a certificate for 127.0.0.1.
    /// - Returns: its path; nil without openssl.
    fileprivate func makeCertificate() throws -> String? {
        let (certificate, key) = ("\(folder)/data/server.crt", "\(folder)/data/server.key")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out",
            certificate,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        for path in [certificate, key] {
            try FileManager.default.setAttributes(
                [.ownerAccountID: owner, .posixPermissions: 0o600], ofItemAtPath: path)
        }
        // The folder of the data is the server's alone; clients of every user may read the certificate.
        let copy = "\(folder)/root.crt"
        try FileManager.default.copyItem(atPath: certificate, toPath: copy)
        return copy
    }
}
