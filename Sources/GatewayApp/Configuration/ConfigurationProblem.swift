/// Where a value was set.
package enum ConfigurationOrigin: Sendable, Hashable {
    case standard
    /// The line counts from 1; nil where the whole file is meant.
    case file(String, line: Int?)
    /// The name of the variable.
    case environment(String)
    /// The option, as typed.
    case commandLine(String)
}

extension ConfigurationOrigin: CustomStringConvertible {
    package var description: String {
        switch self {
        case .standard: "default"
        case .file(let name, let line?): "\(name):\(line)"
        case .file(let name, nil): name
        case .environment(let name): name
        case .commandLine(let option): option
        }
    }
}

/// One thing that is wrong with the configuration. Prints as `gateway.yaml:12: public.port: expected …, found …`.
package struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
    package var origin: ConfigurationOrigin
    /// The path of the key as far as it is known, such as `upstream.keys[0].env`; nil when no key is concerned.
    package var key: String?
    package var message: String

    package init(at origin: ConfigurationOrigin, key: String?, _ message: String) {
        self.origin = origin
        self.key = key
        self.message = message
    }

    package var description: String {
        [origin.description, key, message].compactMap(\.self).joined(separator: ": ")
    }
}

/// Everything that is wrong with the configuration, found in one go; never empty.
package struct ConfigurationFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package var problems: [ConfigurationProblem]

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
