import Foundation
import GatewayAcceptance

/// One gateway program that lives more than once on the same store.
struct MortalGateway: Sendable {
    let world: ChaosWorld
    let configuration: URL
    let folder: GatewayAcceptance.TemporaryFolder

    private var environment: [String: String] { ["VINCI_GATEWAY_STORE_URL": world.store.url] }

    /// Begins a life without waiting for anything.
    func launch(under tool: [String] = []) throws -> ChildProcess {
        try GatewayProcess.launch(configuration, in: folder, environment: environment, under: tool)
    }

    /// Begins a life, and lets the load in once it is ready.
    func live(under tool: [String] = []) async throws -> GatewayProcess {
        let start = ContinuousClock.now
        let gateway = try await GatewayProcess.listening(try launch(under: tool), http: world.http)
        try await Self.ready(gateway)
        if tool.isEmpty { world.readyTimes.add(ContinuousClock.now - start) }
        world.doors.open(gateway.door)
        return gateway
    }

    static func ready(_ gateway: GatewayProcess) async throws {
        try await eventually("the gateway to be ready", within: .seconds(60)) {
            try await gateway.admin.get("/readyz").status == 200
        }
    }

    /// As `kill -9`, in the middle of whatever it does.
    func kill(_ gateway: GatewayProcess) async throws {
        gateway.process.signal(SIGKILL)
        world.doors.close(gateway.door)
        _ = try await gateway.process.ended()
    }

    /// In good order, once the load is over.
    func stop(_ gateway: GatewayProcess) async throws -> ChildProcess.Ended {
        world.doors.close(gateway.door)
        return try await gateway.stop()
    }
}

extension MortalGateway {
    /// One life with the load let in, until something ends it; it may come to nothing before it listens.
    /// - Returns: its exit code.
    func liveToTheEnd(under tool: [String]) async throws -> Int32 {
        let process = try launch(under: tool)
        if let gateway = try? await GatewayProcess.listening(process, http: world.http) {
            world.doors.open(gateway.door)
            defer { world.doors.close(gateway.door) }
            return try await process.ended().exit
        }
        return try await process.ended().exit
    }
}
