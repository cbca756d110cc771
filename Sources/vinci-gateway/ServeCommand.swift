import ArgumentParser
import Foundation
import GatewayApp
import GatewayCore
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the gateway until SIGTERM or SIGINT.",
        discussion: """
            Makes the data folder, the store and the master key if they are absent. Put the first administrator's \
            token into VINCI_GATEWAY_BOOTSTRAP_ADMIN_TOKEN (32 visible characters or more), or run `vinci-gateway \
            init` before.
            """)

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        // Nothing can be reloaded yet; ending orders halfway would be the worst reading of a hang-up.
        signal(SIGHUP, SIG_IGN)
        let configuration = try options.load().values
        let gateway = try await Gateway.start(
            configuration, in: .machine(bootstrapAdmin: try BootstrapAdmin.fromEnvironment()))
        try await gateway.run(signals: [.sigterm, .sigint])
    }
}

/// `VINCI_GATEWAY_BOOTSTRAP_ADMIN_TOKEN`
enum BootstrapAdmin {
    private static let name = "VINCI_GATEWAY_BOOTSTRAP_ADMIN_TOKEN"

    static func fromEnvironment() throws -> Secret? {
        guard let text = ProcessInfo.processInfo.environment[name], !text.isEmpty else { return nil }
        guard text.utf8.count >= 32, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CommandFailure(
                message: "\(name): expected 32 or more visible ASCII characters.", exit: .badConfiguration)
        }
        return Secret(text)
    }
}
