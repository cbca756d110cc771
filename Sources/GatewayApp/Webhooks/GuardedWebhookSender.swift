import GatewayCore
import GatewayFlow
import GuardedHTTP
import NIOHTTP1

/// Sends to endpoints that teams chose, under the rules for URLs that others chose.
struct GuardedWebhookSender: WebhookSender {
    /// Only the head of a reply is read.
    private static let limits = GuardedLimits(
        connect: .seconds(5), stall: .seconds(15), total: WebhookTurn.answerWithin, replyBytesMax: 0)
    /// How long a registration waits for the name's addresses.
    private static let namePatience: Duration = .seconds(2)

    private let client: GuardedClient
    private let resolver: any HostResolver
    private let sleeper: any Clock<Duration>

    init(client: GuardedClient, resolver: any HostResolver, sleeper: any Clock<Duration>) {
        self.client = client
        self.resolver = resolver
        self.sleeper = sleeper
    }

    /// A name that leads nowhere yet passes: what it leads to is judged again before each send.
    func check(_ url: String) async throws(WebhookURLRefused) -> String {
        do throws(DestinationProblem) {
            let destination = try client.rules.check(url)
            if destination.host.address == nil, let found = await addresses(of: destination.host), !found.isEmpty {
                _ = try client.rules.check(found, of: destination)
            }
            return destination.host.text
        } catch {
            throw WebhookURLRefused(rule: "\(error)")
        }
    }

    /// Nil when the name could not be resolved in time.
    private func addresses(of host: DestinationHost) async -> [IPAddress]? {
        await withTaskGroup(of: [IPAddress]?.self) { group in
            group.addTask { try? await resolver.addresses(of: host.text) }
            group.addTask {
                try? await sleeper.sleep(for: GuardedWebhookSender.namePatience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next().flatMap(\.self)
        }
    }

    func send(_ request: WebhookRequest) async -> WebhookAnswer {
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        for (name, value) in request.headers { headers.add(name: name, value: value) }
        let message = GuardedRequest(.post(Array(request.body.utf8)), request.url, headers: headers)
        do throws(GuardedFault) {
            return try await client.exchange(message, GuardedWebhookSender.limits) { reply in
                WebhookAnswer(status: reply.status, retryAfter: reply.headers.first(name: "Retry-After"))
            }
        } catch {
            if case .redirected(let status) = error { return .refused(status: status, retryAfter: nil) }
            return .none(reason: "\(error)")
        }
    }
}

extension WebhookAnswer {
    /// - retryAfter: the header, of which whole seconds are understood.
    init(status: Int, retryAfter: String?) {
        switch status {
        case 200...299: self = .taken(status: status)
        case 410: self = .gone
        default:
            let seconds = retryAfter.flatMap { text -> Int64? in
                guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                    return nil
                }
                return Int64(text)
            }
            self = .refused(status: status, retryAfter: seconds.map { .seconds($0) })
        }
    }
}
