/// A configuration as a YAML text that reads back as the same configuration (but for a password in `store.url`).
package enum ConfigurationListing {
    /// What `config show` prints: every value with where it was set, secrets as `***`.
    package static func effective(_ effective: EffectiveConfiguration) -> String {
        var values = effective.values
        var notes = effective.origins.mapValues(\.description)
        // With port 0 the address is not known before the gateway listens.
        if values.publicPort.configuredBaseURL == nil, values.publicPort.port != 0 {
            values.publicPort.configuredBaseURL = values.publicPort.baseURL(boundPort: values.publicPort.port)
            notes["public.base_url"] = "made of host and port"
        }
        let header = "# The values in force, and where each was set.\n"
        return header + text(values) { key, yaml in entry(key, yaml, note: notes[key.path] ?? "default") }
    }

    /// What `config/gateway.yaml` holds: every key with its default, what it means and what it takes.
    package static func template() -> String {
        header
            + text(GatewayConfiguration()) { key, yaml in
                let rule = "  # \(key.summary)\n  # Takes \(key.expected).\n"
                return rule + (key.path == ConfigurationKey.upstreamKeys.path ? keyExample : "")
                    + entry(key, yaml, note: nil)
            }
    }

    private static func text(
        _ values: GatewayConfiguration, entry: (ConfigurationKey, _ yaml: String) -> String
    ) -> String {
        var text = ""
        var section = ""
        for key in ConfigurationKey.all {
            if key.section != section {
                section = key.section
                text += "\n\(section):\n"
            }
            text += entry(key, key.yaml(values))
        }
        return text
    }

    private static func entry(_ key: ConfigurationKey, _ yaml: String, note: String?) -> String {
        let comment = note.map { " # \($0)" } ?? ""
        // Lines of their own stand below the key, so the note goes between.
        return yaml.hasPrefix("\n") ? "  \(key.name):\(comment)\(yaml)\n" : "  \(key.name): \(yaml)\(comment)\n"
    }

    private static let header = """
        # Configuration of the Vinci gateway: every key with its default.
        # A key can also be set by a variable, which wins over this file: upstream.base_url is
        # VINCI_GATEWAY_UPSTREAM_BASE_URL; a list is written with commas there.
        # Check a file with `vinci-gateway config check FILE`.

        """

    private static let keyExample = """
          # Without any entry, the variable VINCI_API_KEY makes one named main. Two entries look like this:
          #   keys:
          #     - { id: main, env: VINCI_API_KEY, requests_per_minute: 10 }
          #     - { id: second, file: /run/secrets/vinci, requests_per_minute: 10 }

        """
}
