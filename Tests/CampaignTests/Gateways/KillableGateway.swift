import Foundation
import GatewayAcceptance
import GatewayApp
import GatewayCore

/// The built program as a member of a fleet: its crash is a real one.
enum KillableGateway {
    private static let keys = (0..<40).map { "sk-upstream-key-of-the-campaigns-\($0)" }

    /// - upstream: the port on the loopback.
    static func launching(upstream: Int) -> Fleet.Launch {
        { store, http in
            let file = try GatewayProcess.configure(
                store.folder, upstream: "http://127.0.0.1:\(upstream)/api", keys: keys,
                lines: """
                    status: { poll_min: 60s, poll_max: 60s }
                    limits: { open_jobs_per_team: 100000 }
                    """)
            var environment = ["VINCI_GATEWAY_UPSTREAM_REQUEST_TIMEOUT": "1s"]
            if case .postgres(let url) = store.location { environment["VINCI_GATEWAY_STORE_URL"] = url.reveal() }
            let gateway = try await GatewayProcess.serve(file, in: store.folder, http: http, environment: environment)
            return Fleet.Member(
                administration: gateway.administration, stop: { _ = try await gateway.stop() },
                crash: { try await gateway.crash() })
        }
    }
}
