import Foundation
import GatewayAcceptance
import NIOSSL
import Testing

/// A certificate that nobody vouches for.
enum Certificate {
    static func untrusted() async throws -> NIOSSLContext {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (key, certificate) = (folder.url.appending(path: "key").path, folder.url.appending(path: "cert").path)
        let made = try await ChildProcess.run(
            "/usr/bin/env",
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                + ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
            environment: GatewayProcess.environment(), in: folder)
        try #require(made.exit == 0, "\(made.stderr)")
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))))
    }
}
