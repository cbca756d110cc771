/// Names of environment variables that have to do with the gateway.
enum ConfigurationEnvironment {
    static let prefix = "VINCI_GATEWAY_"
    /// The configuration file, where no `--config` names one.
    static let file = "VINCI_GATEWAY_CONFIG"
    /// Stands for `upstream.keys` with the one entry `main`, where the file has none.
    static let vinciKey = "VINCI_API_KEY"

    /// Variables with our prefix that are not part of the configuration.
    static let others: Set = [
        file, "VINCI_GATEWAY_ADMIN_URL", "VINCI_GATEWAY_ADMIN_TOKEN", "VINCI_GATEWAY_BOOTSTRAP_ADMIN_TOKEN",
    ]
}
