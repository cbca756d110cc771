import Foundation
import GatewayCore
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import GuardedHTTP

/// Knows the names that it is given, and counts how often it was asked.
final class NamedAddresses: HostResolver {
    private let names: [String: [IPAddress]]
    private let asked = Mutex(0)

    init(_ names: [String: [String]]) {
        self.names = names.mapValues { $0.compactMap { IPAddress($0) } }
    }

    var count: Int { asked.withLock { $0 } }

    func addresses(of name: String) async throws -> [IPAddress] {
        asked.withLock { $0 += 1 }
        guard let addresses = names[name] else { throw CancellationError() }
        return addresses
    }
}

enum Guarded {
    static let limits = GuardedLimits(
        connect: .seconds(2), stall: .seconds(5), total: .seconds(10), replyBytesMax: 100_000)

    static func client(
        _ hosts: DestinationRules.Hosts = .listed([]), allowsLoopback: Bool = true,
        _ resolver: some HostResolver = NamedAddresses([:]), trustRoots: NIOSSLTrustRoots = .default
    ) -> GuardedClient {
        GuardedClient(
            rules: DestinationRules(hosts: hosts, allowsLoopback: allowsLoopback), resolver: resolver,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, clock: ContinuousClock(), trustRoots: trustRoots)
    }

    /// A whole download, as its status and size; or what went wrong.
    static func download(
        _ server: ScriptedServer, limits: GuardedLimits = limits
    ) async -> Result<Downloaded, GuardedFault> {
        do throws(GuardedFault) {
            let request = GuardedRequest(.get, "http://127.0.0.1:\(server.port)/v.mp4")
            return .success(
                try await client().exchange(request, limits) { reply throws(GuardedFault) in
                    var count = 0
                    while let piece = try await reply.next() { count += piece.readableBytes }
                    return Downloaded(status: reply.status, count: count)
                })
        } catch {
            return .failure(error)
        }
    }

    struct Downloaded: Equatable {
        let status: Int
        let count: Int
    }

    static func selfSigned(names: String) throws -> (NIOSSLCertificate, NIOSSLContext) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "guarded-tls-\(UUID().uuidString)")
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
        let chain = try NIOSSLCertificate.fromPEMFile(certificate)
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))))
        return (try #require(chain.first), context)
    }
}
