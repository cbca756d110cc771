extension UpstreamKeyReader {
    /// The list as it could stand in the file; of the keys themselves only `***`.
    @Sendable static func yaml(_ configuration: GatewayConfiguration) -> String {
        let keys = configuration.upstream.keys
        guard !keys.isEmpty else { return "[]" }
        return keys.map { key in
            let pace = "requests_per_minute: \(key.requestsPerMinute)"
            return "\n    - { id: \(key.id), \(key.source.yaml), \(pace) } # \(key.secret)"
        }.joined()
    }
}

extension UpstreamKeySetting.Source {
    fileprivate var yaml: String {
        switch self {
        case .environment(let name): "env: \(name)"
        case .file(let path): "file: \(YAMLText.quoted(path))"
        }
    }
}
