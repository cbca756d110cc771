import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// An independent Vinci on a loopback port: the documented API below `/api`, real MP4 files below `/videos`, and below
/// `/simulator/v1` its own bill, its request counts and the rules by which it misbehaves.
///
/// Shares nothing with the gateway but the shapes of Vinci's API, so its bill can testify. Everything is in memory. A
/// `Service`: it serves until graceful shutdown, and runs once.
///
/// ```swift
/// let simulator = try VinciSimulator(.init(jobDuration: .milliseconds(50)))
/// try await simulator.serve { baseURL in … }
/// #expect(simulator.bill.totals.charged == .cents(25))
/// ```
package final class VinciSimulator: Service {
    let desk: ProviderDesk
    private let port: Int
    private let logger: Logger
    private let bound = Gate<Result<Int, any Error>>()

    /// - clock: real time, or a ``SteppedTime`` that moves only when told to.
    /// - logger: of the HTTP server; silent unless given.
    package init(
        _ configuration: SimulatorConfiguration = SimulatorConfiguration(),
        clock: any SimulatorClock = RealTime(),
        logger: Logger = Logger(label: "vinci-simulator", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws(SimulatorMisconfigured) {
        desk = ProviderDesk(try Provider(configuration, at: clock.now()), clock: clock)
        port = configuration.port
        self.logger = logger
    }

    /// - Throws: when the port cannot be bound.
    package func run() async throws {
        let bound = bound
        let application = Application(
            router: router(),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in bound.open(with: .success(channel.localAddress?.port ?? 0)) },
            logger: logger)
        // Whoever waits for an address must not wait for ever; after a successful start this changes nothing.
        defer { bound.open(with: .failure(SimulatorNeverStarted())) }
        do {
            try await application.run()
        } catch {
            bound.open(with: .failure(error))
            throw error
        }
    }

    private func router() -> Router<SimulatorContext> {
        let router = Router(context: SimulatorContext.self)
        router.add(middleware: UnansweredRequests())
        let exchange = Exchange(desk: desk, origin: { [bound] in Self.origin(of: bound.current) })
        VinciRoutes(exchange: exchange).add(to: router)
        VideoRoutes(desk: desk, sender: exchange.sender).add(to: router)
        ControlRoutes(desk: desk).add(to: router)
        return router
    }

    private static func origin(of bound: Result<Int, any Error>?) -> String {
        // Requests arrive only after the port is known.
        guard case .success(let port)? = bound else { return "http://127.0.0.1" }
        return origin(port: port)
    }

    private static func origin(port: Int) -> String { "http://127.0.0.1:\(port)" }

    /// `http://127.0.0.1:PORT`, as soon as the port is bound.
    ///
    /// - Throws: what kept the simulator from starting, or `CancellationError`.
    package var origin: String {
        get async throws { Self.origin(port: try await bound.value().get()) }
    }

    /// The base URL of Vinci's API: ``origin`` and `/api`.
    package var baseURL: String {
        get async throws { try await origin + "/api" }
    }

    /// Serves for as long as `body` runs, then shuts down gracefully.
    ///
    /// - body: receives the base URL.
    package func serve<Answer: Sendable>(
        while body: (_ baseURL: String) async throws -> Answer
    ) async throws -> Answer {
        let group = ServiceGroup(services: [self], logger: logger)
        async let running: Void = group.run()
        let answer: Result<Answer, any Error>
        do {
            answer = .success(try await body(try await baseURL))
        } catch {
            answer = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await running
        return try answer.get()
    }

    /// Serves until SIGINT or SIGTERM.
    package func runUntilSignalled() async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [self], gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
        try await group.run()
    }
}

/// The simulator was shut down before its port was bound.
package struct SimulatorNeverStarted: Error {}
