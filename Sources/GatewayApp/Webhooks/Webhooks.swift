import GatewayCore
import GatewayFlow
import GuardedHTTP
import ServiceLifecycle
import VinciClient

/// Webhooks, wired: their use cases, the service that delivers, and the way out that both share.
struct Webhooks: Sendable {
    let manage: ManageWebhooks
    let dispatcher: WebhookDispatcher
    let names: NameService

    init(_ base: Foundations) throws(GatewayFault) {
        let settings = base.configuration.webhooks
        let resolver = SystemResolver()
        names = NameService(resolver: resolver)
        // A gateway before a Vinci on this machine is one to practise on: its webhooks may stay on this machine, too.
        let upstream = try VinciClientConfiguration(base.configuration.upstream).baseURL
        let rules = DestinationRules(
            hosts: settings.allowedHosts.isEmpty ? .anyPublic : .listed(Set(settings.allowedHosts)),
            allowsLoopback: upstream.isLoopback)
        let sender = GuardedWebhookSender(
            client: GuardedClient(
                rules: rules, resolver: resolver, eventLoopGroup: base.eventLoopGroup, clock: base.sleeper),
            resolver: resolver, sleeper: base.sleeper)
        manage = ManageWebhooks(store: base.store, masterKey: base.masterKey, sender: sender, clock: base.clock)
        dispatcher = WebhookDispatcher(
            store: base.store,
            turn: WebhookTurn(
                plan: RetryPlan(retryFor: settings.retryFor), store: base.store, sender: sender,
                masterKey: base.masterKey, lease: base.lease, metrics: base.metrics, clock: base.clock,
                sleeper: base.sleeper, logger: base.logger),
            lease: base.lease, clock: base.clock, sleeper: base.sleeper, logger: base.logger)
    }

    /// Keeps the resolver for as long as somebody may ask it.
    struct NameService: Service {
        let resolver: SystemResolver

        func run() async throws {
            try? await gracefulShutdown()
            end()
        }

        /// Also for a start that did not get as far as running services.
        func end() { resolver.shutdown() }
    }
}
