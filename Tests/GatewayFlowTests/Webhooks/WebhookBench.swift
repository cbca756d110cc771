import CoreMetrics
import GatewayCore
import GatewayFlow
import GatewayStore
import GatewayTesting
import Logging
import SQLiteDatabase
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

/// The outbox of one store with the services that empty it, before scripted endpoints and a clock that the test turns.
struct WebhookBench {
    let books: StoreFixture
    let store: SwitchableDatabase
    let clock = ManualClock()
    let endpoints: ScriptedEndpoints
    let manage: ManageWebhooks
    private let masterKey: MasterKey

    init(_ endpoints: ScriptedEndpoints = ScriptedEndpoints(), isShared: Bool = false) async throws {
        self.endpoints = endpoints
        store = SwitchableDatabase(try SQLiteDatabase.inMemory(), isShared: isShared)
        books = try await StoreFixture(store)
        masterKey = try #require(MasterKey(bytes: Array(repeating: 7, count: MasterKey.byteCount)))
        manage = ManageWebhooks(store: books.store, masterKey: masterKey, sender: endpoints, clock: clock.wall)
    }

    /// A webhook of a team that orders, told of everything.
    func webhook(_ url: String = "https://one.example/", of owner: JobOwner) async throws -> ManageWebhooks.New {
        try await manage.create(
            url, Set(WebhookEvent.allCases), for: owner.team, by: StoreFixture.actor, from: .none)
    }

    /// A new order that fails now.
    @discardableResult
    func fail(for owner: JobOwner) async throws -> JobID {
        try await books.job(in: .failed, for: owner, at: clock.date)
    }

    /// - process: under which name it delivers; registered as alive.
    func dispatcher(as process: ProcessID = .next) async throws -> WebhookDispatcher {
        try await books.store.register(process, alone: false, at: clock.date)
        let logger = Logger(label: "webhook-tests") { _ in SwiftLogNoOpLogHandler() }
        let lease = ProcessLease(process, terms: nil, clock: clock.wall)
        let turn = WebhookTurn(
            plan: .sample, store: books.store, sender: endpoints, masterKey: masterKey, lease: lease,
            metrics: GatewayMetrics(factory: NOOPMetricsHandler.instance), clock: clock.wall, sleeper: clock,
            logger: logger)
        return WebhookDispatcher(
            store: books.store, turn: turn, lease: lease, clock: clock.wall, sleeper: clock, logger: logger)
    }

    /// Runs dispatchers until `isDone`, turning the clock to the next wake-up whenever there is one, then stops them.
    func deliver(
        with dispatchers: [WebhookDispatcher]? = nil, until isDone: @escaping @Sendable () async throws -> Bool
    ) async throws {
        let own = try await dispatcher()
        let running = dispatchers ?? [own]
        try await testGracefulShutdown { shutdown in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for dispatcher in running { group.addTask { try await dispatcher.run() } }
                var looks = 0
                while try await !isDone() {
                    looks += 1
                    try #require(looks < 100_000, "it never ends")
                    turnClock()
                    await Task.yield()
                }
                shutdown.triggerGracefulShutdown()
                // Whatever still waits for a moment gets it.
                let turning = Task {
                    while !Task.isCancelled {
                        turnClock()
                        await Task.yield()
                    }
                }
                try await group.waitForAll()
                turning.cancel()
            }
        }
    }

    private func turnClock() {
        if let pause = clock.untilNextWake { clock.advance(by: min(pause, .milliseconds(250))) }
    }

    func deliveries(_ new: ManageWebhooks.New) async throws -> [WebhookDelivery] {
        try await manage.deliveries(to: new.webhook.id, of: new.webhook.team, before: nil, limit: 1000)
    }

    func all(_ new: ManageWebhooks.New, are state: WebhookDelivery.State, count: Int) async throws -> Bool {
        let deliveries = try await deliveries(new)
        return deliveries.count == count && deliveries.allSatisfy { $0.state == state }
    }
}
