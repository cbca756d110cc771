import GatewayCore
import GatewayTesting
import GuardedHTTP
import NIOPosix
import NIOSSL
import Testing

@Suite("A request to a URL that others chose", .timeLimit(.minutes(1))) struct DestinationGuardTests {
    private func fault(
        _ url: String, _ client: GuardedClient, _ limits: GuardedLimits = Guarded.limits
    ) async -> GuardedFault? {
        do throws(GuardedFault) {
            _ = try await client.exchange(GuardedRequest(.get, url), limits)
            return nil
        } catch {
            return error
        }
    }

    @Test("is refused when the name leads inside, without a connection", arguments: ["127.0.0.1", "10.0.0.1", "::1"])
    func leadsInside(address: String) async throws {
        let server = try await ScriptedServer(.reply(200, "inside"))
        let resolver = NamedAddresses(["hook.example": ["142.250.74.123", address]])
        let client = Guarded.client(.anyPublic, allowsLoopback: false, resolver)
        let url = "https://hook.example:\(server.port)/"
        let host = try DestinationURL(url).host
        let inner = try #require(IPAddress(address))
        #expect(await fault(url, client) == .refused(.addressNotPublic(host, inner)))
        #expect(server.connections == 0)
        await server.close()
    }

    @Test("is refused before its name is even asked for, when its host is not listed") func unlisted() async throws {
        let resolver = NamedAddresses(["evil.example": ["142.250.74.123"]])
        let client = Guarded.client(.listed(["storage.googleapis.com"]), resolver)
        let host = try DestinationURL("https://evil.example/").host
        #expect(await fault("https://evil.example/", client) == .refused(.hostNotAllowed(host)))
        #expect(resolver.count == 0)
    }

    @Test("goes to the address that was checked, under the name of its URL") func speaksToTheName() async throws {
        for name in ["videos.example", "xn--bcher-kva.example"] {
            let (certificate, context) = try Guarded.selfSigned(names: "DNS:\(name)")
            let server = try await ScriptedServer(.reply(200, "video"), tls: context)
            // No system resolver knows these names: a second resolution would fail.
            let resolver = NamedAddresses([name: ["127.0.0.1"]])
            let client = Guarded.client(.listed([name]), resolver, trustRoots: .certificates([certificate]))
            let request = GuardedRequest(.get, "https://\(name):\(server.port)/v.mp4?sig=a%2Fb")
            #expect(try await client.exchange(request, Guarded.limits).body == Array("video".utf8))
            #expect(resolver.count == 1)
            let head = try #require(server.requests.first)
            #expect(head.hasPrefix("GET /v.mp4?sig=a%2Fb HTTP/1.1\r\n"))
            #expect(head.lowercased().contains("host: \(name):\(server.port)\r\n"))
            await server.close()
        }
    }

    @Test("is not sent to a host whose certificate names another") func otherCertificate() async throws {
        let (certificate, context) = try Guarded.selfSigned(names: "DNS:other.example")
        let server = try await ScriptedServer(.reply(200), tls: context)
        let client = Guarded.client(
            .listed(["videos.example"]), NamedAddresses(["videos.example": ["127.0.0.1"]]),
            trustRoots: .certificates([certificate]))
        #expect(await fault("https://videos.example:\(server.port)/", client) == .tlsFailed)
        #expect(server.requests.isEmpty)
        await server.close()
    }

    @Test("tries the next address when one does not answer") func nextAddress() async throws {
        let server = try await ScriptedServer(.reply(200, "here"), host: "127.0.0.1")
        let client = Guarded.client(.listed([]), NamedAddresses(["localhost": ["::1", "127.0.0.1"]]))
        let request = GuardedRequest(.post([1]), "http://localhost:\(server.port)/")
        #expect(try await client.exchange(request, Guarded.limits).body == Array("here".utf8))
        #expect(server.requests.count == 1)
        await server.close()
    }

    @Test("is not sent twice, even when the first address takes it and dies") func sentOnce() async throws {
        let server = try await ScriptedServer(.close)
        let client = Guarded.client(.listed([]), NamedAddresses(["localhost": ["127.0.0.1", "127.0.0.2"]]))
        #expect(await fault("http://localhost:\(server.port)/", client) == .connectionLost)
        #expect(server.requests.count == 1)
        await server.close()
    }

    @Test("fails in time when nobody resolves its name") func neverResolved() async throws {
        struct Silent: HostResolver {
            func addresses(of name: String) async throws -> [IPAddress] {
                try await ContinuousClock().sleep(for: .seconds(3600))
                return []
            }
        }
        let client = Guarded.client(.anyPublic, Silent())
        var limits = Guarded.limits
        limits.connect = .milliseconds(50)
        #expect(await fault("https://hook.example/", client, limits) == .nameNotResolved)
    }

    @Test("says that a port is closed") func closedPort() async throws {
        let server = try await ScriptedServer(.close)
        let port = server.port
        await server.close()
        #expect(await fault("http://127.0.0.1:\(port)/", Guarded.client()) == .notConnected)
    }

    @Test("gets the system's answer for a name that is there, and an error for one that is not") func system()
        async throws
    {
        let resolver = SystemResolver()
        defer { resolver.shutdown() }
        let addresses = try await resolver.addresses(of: "localhost")
        #expect(!addresses.isEmpty && addresses.allSatisfy(\.isLoopback))
        await #expect(throws: (any Error).self) { try await resolver.addresses(of: "nothing.invalid") }
    }

    @Test("that is cancelled does not wait for the system's resolver") func cancelledLookup() async throws {
        let resolver = SystemResolver()
        defer { resolver.shutdown() }
        let lookup = Task { try await resolver.addresses(of: "localhost") }
        lookup.cancel()
        // Either it was quicker, or it was left; in no case does it hang.
        _ = await lookup.result
    }
}
