import ArgumentParser
import Foundation
import GatewayApp

/// What every command takes that needs a configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        help: "The configuration file; VINCI_GATEWAY_CONFIG where this is not given, else the defaults apply.",
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Set a key over file and environment: --set public.port=9000.", valueName: "key=value"),
        transform: Self.assignment)
    var assignments: [ConfigurationOverride] = []

    /// - Throws: ``ConfigurationFailure``, which ends the program with 78.
    func load() throws -> EffectiveConfiguration {
        try ConfigurationLoader.load(
            file: config, environment: ProcessInfo.processInfo.environment, overrides: assignments)
    }

    private static func assignment(_ text: String) throws -> ConfigurationOverride {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else { throw ValidationError("Expected key=value.") }
        return ConfigurationOverride(path: parts[0], text: parts[1], option: "--set")
    }
}
