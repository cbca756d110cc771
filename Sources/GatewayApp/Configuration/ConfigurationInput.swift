/// Everything a configuration is made from, already read, so that reading it is a function of values.
package struct ConfigurationInput: Sendable {
    /// The configuration file.
    package struct File: Sendable {
        /// As it is to appear in messages.
        package var name: String
        package var yaml: String

        package init(name: String, yaml: String) {
            self.name = name
            self.yaml = yaml
        }
    }

    package var file: File?
    /// All variables of the process.
    package var environment: [String: String]
    /// Later ones win.
    package var overrides: [ConfigurationOverride]
    /// Reads the file that holds one upstream key.
    package var readKeyFile: @Sendable (String) throws(UnreadableFile) -> String

    package init(
        file: File? = nil, environment: [String: String] = [:], overrides: [ConfigurationOverride] = [],
        readKeyFile: @escaping @Sendable (String) throws(UnreadableFile) -> String = ConfigurationLoader.readKeyFile
    ) {
        self.file = file
        self.environment = environment
        self.overrides = overrides
        self.readKeyFile = readKeyFile
    }
}

/// A key that the command line sets.
package struct ConfigurationOverride: Sendable, Equatable {
    /// Such as `public.port`.
    package var path: String
    /// Lists with commas.
    package var text: String
    /// The option as messages name it.
    package var option: String

    package init(path: String, text: String, option: String) {
        self.path = path
        self.text = text
        self.option = option
    }
}

/// A configuration that can be run, and where each of its values was set.
package struct EffectiveConfiguration: Sendable, Equatable {
    package var values: GatewayConfiguration
    /// By path; a path that is missing has its default.
    package var origins: [String: ConfigurationOrigin]

    package func origin(of path: String) -> ConfigurationOrigin { origins[path] ?? .standard }
}
