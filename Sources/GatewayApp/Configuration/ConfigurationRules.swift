/// Rules that concern more than one key; a breach is reported at the key that was set, not at the default.
enum ConfigurationRules {
    static func problems(of effective: EffectiveConfiguration) -> [ConfigurationProblem] {
        [ports(effective), polls(effective)].compactMap(\.self)
    }

    private static func ports(_ effective: EffectiveConfiguration) -> ConfigurationProblem? {
        let (clients, admin) = (effective.values.publicPort, effective.values.adminPort)
        let wildcards = ["0.0.0.0", "::"]
        let isSameHost =
            clients.host == admin.host || wildcards.contains(clients.host) || wildcards.contains(admin.host)
        guard isSameHost, clients.port == admin.port, admin.port != 0 else { return nil }
        return problem(
            effective, ["admin.port", "public.port"],
            "expected different ports for clients and admins, found \(admin.port) twice")
    }

    private static func polls(_ effective: EffectiveConfiguration) -> ConfigurationProblem? {
        let status = effective.values.status
        guard status.pollMin > status.pollMax else { return nil }
        let (shortest, longest) = (DurationText.text(status.pollMin), DurationText.text(status.pollMax))
        return problem(
            effective, ["status.poll_min", "status.poll_max"],
            "expected poll_min to be at most poll_max, found \(shortest) and \(longest)")
    }

    private static func problem(
        _ effective: EffectiveConfiguration, _ paths: [String], _ message: String
    ) -> ConfigurationProblem? {
        let path = paths.first { effective.origin(of: $0) != .standard } ?? paths.first
        return path.map { ConfigurationProblem(at: effective.origin(of: $0), key: $0, message) }
    }
}
