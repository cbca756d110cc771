/// One key of the configuration: its name, what it takes, and its place in ``GatewayConfiguration``.
///
/// The reader, the names of environment variables, `config show` and the test of `config/gateway.yaml` all go by the one
/// list ``all``.
package struct ConfigurationKey: Sendable {
    /// Section and name: `upstream.base_url`.
    package let path: String
    /// A sentence for the operator.
    package let summary: String
    /// Completes "expected …", with the range.
    package let expected: String
    /// Sets the field; false when the written value does not have the form of this key.
    let set: @Sendable (WrittenValue, inout GatewayConfiguration) -> Bool
    /// The field as YAML: a value for the same line, or lines that begin with a line break.
    let yaml: @Sendable (GatewayConfiguration) -> String
    /// Takes a list of texts, which a variable or an option gives with commas.
    let isTextList: Bool
    /// Takes nothing but what stands in the file.
    let isFileOnly: Bool

    init<Value>(
        _ path: String, _ field: any WritableKeyPath<GatewayConfiguration, Value> & Sendable, _ form: ValueForm<Value>,
        _ summary: String
    ) {
        self.path = path
        self.summary = summary
        expected = form.expected
        set = { written, configuration in
            guard let value = form.read(written) else { return false }
            configuration[keyPath: field] = value
            return true
        }
        yaml = { form.yaml($0[keyPath: field]) }
        isTextList = Value.self == [String].self
        isFileOnly = false
    }

    /// A key that a reader of its own fills.
    private init(
        fileOnly path: String, expected: String, _ summary: String,
        yaml: @escaping @Sendable (GatewayConfiguration) -> String
    ) {
        self.path = path
        self.summary = summary
        self.expected = expected
        self.yaml = yaml
        set = { _, _ in false }
        isTextList = false
        isFileOnly = true
    }

    /// The environment variable that sets this key: `VINCI_GATEWAY_UPSTREAM_BASE_URL`.
    package var environmentName: String {
        ConfigurationEnvironment.prefix + path.uppercased().replacing(".", with: "_")
    }

    var section: String { String(path.prefix { $0 != "." }) }
    var name: String { String(path.drop { $0 != "." }.dropFirst()) }
}

extension ConfigurationKey {
    static let upstreamKeys = ConfigurationKey(
        fileOnly: "upstream.keys",
        expected: "a list of { id, env or file, requests_per_minute }",
        "Keys of the Vinci account, each read from a variable (env) or a file; more can be stored with `key add`.",
        yaml: UpstreamKeyReader.yaml)
}
