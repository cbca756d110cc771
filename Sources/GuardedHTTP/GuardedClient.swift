import AsyncHTTPClient
package import GatewayCore
package import NIOCore
import NIOHTTP1
import NIOSSL

/// Sends requests to URLs that others chose: only where ``DestinationRules`` allow, and only to an address that was checked.
///
/// The name is resolved here, once, and the connection is made to one of the addresses that came of it; TLS still verifies
/// the name. A name that changes its address between the check and the connection (DNS rebinding) gains nothing by it.
/// Redirects, cookies, proxies and compression are off. Each exchange has a connection of its own, so what one
/// destination does to its connection concerns no other.
package struct GuardedClient: Sendable {
    package let rules: DestinationRules
    private let resolver: any HostResolver
    private let eventLoopGroup: any EventLoopGroup
    private let clock: any Clock<Duration>
    private let trustRoots: NIOSSLTrustRoots

    /// Addresses of one name that are tried, one after the other.
    private static let attemptsMax = 3

    /// - clock: measures resolving and the total time; connecting and silence are measured by the HTTP client.
    package init(
        rules: DestinationRules, resolver: any HostResolver, eventLoopGroup: any EventLoopGroup,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.init(
            rules: rules, resolver: resolver, eventLoopGroup: eventLoopGroup, clock: clock, trustRoots: .default)
    }

    /// - trustRoots: who may vouch for a host's certificate; anything but the default is for tests.
    init(
        rules: DestinationRules, resolver: any HostResolver, eventLoopGroup: any EventLoopGroup,
        clock: any Clock<Duration>, trustRoots: NIOSSLTrustRoots
    ) {
        self.rules = rules
        self.resolver = resolver
        self.eventLoopGroup = eventLoopGroup
        self.clock = clock
        self.trustRoots = trustRoots
    }

    /// Sends the request at most once and reads the beginning of the reply.
    package func exchange(
        _ request: GuardedRequest, _ limits: GuardedLimits
    ) async throws(GuardedFault) -> GuardedAnswer {
        try await exchange(request, limits) { reply throws(GuardedFault) in
            GuardedAnswer(status: reply.status, body: try await reply.beginning(bytes: limits.replyBytesMax))
        }
    }

    /// Sends the request at most once.
    /// - read: gets the reply as soon as its head has come; when it returns, the connection is closed, whatever is left.
    ///   It is cancelled when the total time is over, and should end soon then.
    package func exchange<Value: Sendable>(
        _ request: GuardedRequest, _ limits: GuardedLimits,
        _ read: @escaping @Sendable (inout GuardedReply) async throws(GuardedFault) -> Value
    ) async throws(GuardedFault) -> Value {
        let url = try refusing { () throws(DestinationProblem) in try rules.check(request.url) }
        return try await within(limits.total, or: .deadline) { () throws(GuardedFault) in
            let addresses = try await addresses(of: url, within: limits.connect)
            var last = GuardedFault.notConnected
            for address in addresses.prefix(GuardedClient.attemptsMax) {
                do throws(GuardedFault) {
                    return try await attempt(request, url, at: address, limits, read)
                } catch .notConnected {
                    // Nothing was sent: the next address may answer.
                    last = .notConnected
                }
            }
            throw last
        }
    }

    private func addresses(
        of url: DestinationURL, within patience: Duration
    ) async throws(GuardedFault) -> [IPAddress] {
        if let address = url.host.address {
            return try refusing { () throws(DestinationProblem) in try rules.check([address], of: url) }
        }
        let found = try await within(patience, or: .nameNotResolved) { () throws(GuardedFault) in
            do {
                return try await resolver.addresses(of: url.host.text)
            } catch {
                throw .nameNotResolved
            }
        }
        return try refusing { () throws(DestinationProblem) in try rules.check(found, of: url) }
    }

    private func attempt<Value: Sendable>(
        _ request: GuardedRequest, _ url: DestinationURL, at address: IPAddress, _ limits: GuardedLimits,
        _ read: @Sendable (inout GuardedReply) async throws(GuardedFault) -> Value
    ) async throws(GuardedFault) -> Value {
        let path = CheckedPath(to: address)
        let client = HTTPClient(
            eventLoopGroup: eventLoopGroup,
            configuration: .guarded(url.host, path, limits, trustRoots: trustRoots))
        let result: Result<Value, GuardedFault>
        do throws(GuardedFault) {
            var reply = try await send(request, url, path, limits, with: client)
            result = .success(try await read(&reply))
        } catch {
            result = .failure(error)
        }
        // The one error is "already shut down".
        try? await client.shutdown()
        return try result.get()
    }

    private func send(
        _ request: GuardedRequest, _ url: DestinationURL, _ path: CheckedPath, _ limits: GuardedLimits,
        with client: HTTPClient
    ) async throws(GuardedFault) -> GuardedReply {
        let response: HTTPClientResponse
        do {
            // This deadline ends with the head; `exchange` holds to the last byte.
            response = try await client.execute(HTTPClientRequest(request, url), deadline: .distantFuture)
        } catch {
            throw GuardedFault(error, isConnected: path.isConnected)
        }
        let reply = GuardedReply(response, bytesMax: limits.replyBytesMax)
        guard !(300...399).contains(reply.status) || reply.status == 304 else {
            throw .redirected(status: reply.status)
        }
        return reply
    }

    private func refusing<Value>(
        _ check: () throws(DestinationProblem) -> Value
    ) throws(GuardedFault) -> Value {
        do throws(DestinationProblem) {
            return try check()
        } catch {
            throw .refused(error)
        }
    }

    private func within<Value: Sendable>(
        _ patience: Duration, or late: GuardedFault,
        _ work: @escaping @Sendable () async throws(GuardedFault) -> Value
    ) async throws(GuardedFault) -> Value {
        let result = await withTaskGroup(of: Result<Value, GuardedFault>.self) { [clock] group in
            defer { group.cancelAll() }
            group.addTask {
                do throws(GuardedFault) {
                    return .success(try await work())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                let isOver = (try? await clock.sleep(for: patience)) != nil
                return .failure(isOver ? late : .cancelled)
            }
            return await group.next()
        }
        guard let result else { throw .cancelled }
        return try result.get()
    }
}

/// The beginning of a reply, for those who want to know how it went and little more.
package struct GuardedAnswer: Sendable, Hashable {
    package let status: Int
    /// At most as many bytes as the limits allow; more may have followed.
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

extension HTTPClientRequest {
    fileprivate init(_ request: GuardedRequest, _ url: DestinationURL) {
        self.init(url: url.text)
        headers = request.headers
        headers.replaceOrAdd(name: "User-Agent", value: "vinci-gateway")
        headers.replaceOrAdd(name: "Accept-Encoding", value: "identity")
        switch request.method {
        case .get:
            method = .GET
        case .post(let bytes):
            method = .POST
            body = .bytes(bytes)
        }
    }
}
