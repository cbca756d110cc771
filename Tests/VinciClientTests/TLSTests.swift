import Foundation
import NIOSSL
import Testing
import VinciAPI

@testable import VinciClient

@Suite("TLS to Vinci", .timeLimit(.minutes(1))) struct TLSTests {
    /// - names: subject alternative names, in OpenSSL's spelling.
    /// - trusted: whether the client is told to trust the server's certificate.
    private func submit(
        names: String, trusted: Bool, host: String = "127.0.0.1", newestVersion: TLSVersion? = nil
    ) async throws -> (verdict: String, requests: Int) {
        let (certificate, key) = try selfSigned(names: names)
        var settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
        settings.maximumTLSVersion = newestVersion
        let context = try NIOSSLContext(configuration: settings)
        let server = try await RawServer(tls: context) { _ in RawServer.Script(steps: [.accepted]) }
        let configuration = try Fixture.configuration(
            "https://\(host):\(server.port)", connectTimeout: .milliseconds(trusted ? 3000 : 500))
        let outcome = try await Fixture.withClient(
            configuration, trustRoots: trusted ? .certificates([certificate]) : .default
        ) { await $0.submit(Fixture.textOrder).outcome }
        await server.close()
        return (outcome.verdict, server.requests.count)
    }

    @Test("works when the certificate is trusted and names the host") func trusted() async throws {
        #expect(try await submit(names: "IP:127.0.0.1", trusted: true) == ("accepted", 1))
        #expect(try await submit(names: "DNS:localhost", trusted: true, host: "localhost") == ("accepted", 1))
    }

    @Test("refuses a self-signed certificate: not one byte is sent") func selfSignedRefused() async throws {
        #expect(try await submit(names: "IP:127.0.0.1", trusted: false) == ("not sent", 0))
    }

    @Test("refuses a trusted certificate of another host") func wrongHost() async throws {
        #expect(try await submit(names: "DNS:vinci.example", trusted: true, host: "localhost") == ("not sent", 0))
    }

    @Test("refuses versions before 1.2") func oldVersion() async throws {
        #expect(try await submit(names: "IP:127.0.0.1", trusted: true, newestVersion: .tlsv11) == ("not sent", 0))
    }

    private func selfSigned(names: String) throws -> (NIOSSLCertificate, NIOSSLPrivateKey) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "vinci-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (key, certificate) = (folder.appending(path: "key.pem").path, folder.appending(path: "cert.pem").path)

        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments =
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
            + ["-subj", "/CN=test", "-addext", "subjectAltName=\(names)", "-keyout", key, "-out", certificate]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        try #require(openssl.terminationStatus == 0)
        return (try NIOSSLCertificate.fromPEMFile(certificate)[0], try NIOSSLPrivateKey(file: key, format: .pem))
    }
}
