import Foundation
import NIOCore
import Testing
import VinciAPI

@testable import VinciClient

#if canImport(Glibc)
import Glibc
#endif

@Suite("An order that never left", .timeLimit(.minutes(1))) struct NotSentTests {
    private func submit(_ base: String, connectTimeout: Duration = .seconds(2)) async throws -> SubmitOutcome {
        let configuration = try Fixture.configuration(base, connectTimeout: connectTimeout)
        return try await Fixture.withClient(configuration) { await $0.submit(Fixture.textOrder).outcome }
    }

    /// No one may listen there but root, and no one does; a port that was just closed may be somebody else's by now.
    private static let silentPort = 1

    @Test("because nobody listens") func refused() async throws {
        let outcome = try await submit("http://127.0.0.1:\(Self.silentPort)")
        #expect(outcome == .notCreated(.notSent(reason: ExchangeFailure.notConnected.reason)))
    }

    @Test("because nobody by that name listens") func refusedByName() async throws {
        let outcome = try await submit("http://localhost:\(Self.silentPort)")
        #expect(outcome == .notCreated(.notSent(reason: ExchangeFailure.notConnected.reason)))
    }

    @Test("because the host has no address") func unresolved() async throws {
        let outcome = try await submit("https://no-such-host.invalid")
        #expect(outcome.verdict == "not sent")
    }

    @Test("because the connection is swallowed") func blackHole() async throws {
        let hole = try BlackHole()
        defer { hole.close() }
        let outcome = try await submit("http://127.0.0.1:\(hole.port)")
        #expect(outcome == .notCreated(.notSent(reason: ExchangeFailure.connectTimeout.reason)))
    }

    @Test("because the TLS handshake is never answered") func silentTLS() async throws {
        let server = try await RawServer { _ in RawServer.Script(steps: []) }
        let outcome = try await submit("https://127.0.0.1:\(server.port)")
        #expect(outcome.verdict == "not sent")
        await server.close()
    }

    @Test("because the peer speaks no TLS") func noTLS() async throws {
        let server = try await RawServer { _ in
            RawServer.Script(moment: .connected, steps: [.send("HTTP/1.1 400 Bad Request\r\n\r\n")])
        }
        let outcome = try await submit("https://127.0.0.1:\(server.port)")
        #expect(outcome == .notCreated(.notSent(reason: ExchangeFailure.tlsFailed.reason)))
        await server.close()
    }

    @Test("because the image is gone, or is another one") func imageGone() async throws {
        let server = try await RawServer(.accepted)
        try await Fixture.withClient(of: server) { client in
            let format = ImageFile.Format.png
            let gone = ImageFile(path: "/nowhere/image.png", byteCount: 10, format: format, sha256: [])
            let outcome = await client.submit(.image(ImageToVideoRequest(image: gone, prompt: "x"))).outcome
            #expect(outcome == .notCreated(.notSent(reason: ExchangeFailure.imageUnreadable.reason)))

            try await Fixture.withImageOrder(bytes: 1000) { order, _ in
                guard case .image(var request) = order else { return }
                request.image.byteCount = 999
                let outcome = await client.submit(.image(request)).outcome
                #expect(outcome == .notCreated(.notSent(reason: ExchangeFailure.imageUnreadable.reason)))
            }
        }
        #expect(server.posts == 0)
    }

    @Test("because the client is shut down") func shutDown() async throws {
        let server = try await RawServer(.accepted)
        try await Fixture.withClient(of: server) { client in
            await client.shutdown()
            let outcome = await client.submit(Fixture.textOrder).outcome
            #expect(outcome == .notCreated(.notSent(reason: ExchangeFailure.shutDown.reason)))
        }
        #expect(server.connections == 0)
    }
}

/// A listening socket whose queue is full and never emptied: further SYNs get no answer.
private struct BlackHole {
    let port: Int
    private let sockets: [CInt]

    init() throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 0) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        try #require(bound)
        var open = [listener]
        for _ in 0..<8 {
            let filler = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(filler, $0, length) }
            }
            open.append(filler)
        }
        sockets = open
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func close() {
        for socket in sockets { Glibc.close(socket) }
    }
}
