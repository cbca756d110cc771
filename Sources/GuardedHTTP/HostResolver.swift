package import GatewayCore

/// Finds the addresses of a host name. Tests put their own here, to give a name an address that it must not have.
package protocol HostResolver: Sendable {
    /// All addresses, best first. Returns soon after the task is cancelled.
    func addresses(of name: String) async throws -> [IPAddress]
}
