import Yams

/// A YAML text as a tree of written values; the one place that knows the YAML library.
struct ConfigurationDocument {
    /// The sections of the file.
    let entries: [WrittenEntry]

    /// A text that is not YAML, or in which a mapping has a key twice, yields the first such problem: no more of it can be
    /// read. The library's own message is not passed on, as it quotes the file.
    init(yaml: String, file: String) throws(ConfigurationFailure) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml, .basic, .default, .utf8)
        } catch {
            throw ConfigurationFailure(problems: [Self.problem(error, file: file)])
        }
        let value = root.map { Self.value($0, file: file) } ?? .nothing
        switch value {
        case .nothing: entries = []
        case .mapping(let sections): entries = sections
        default:
            let problem = ConfigurationProblem(
                at: .file(file, line: root?.mark?.line), key: nil,
                "expected a mapping of sections such as 'public', found \(value.found)")
            throw ConfigurationFailure(problems: [problem])
        }
    }

    private static func value(_ node: Node, file: String) -> WrittenValue {
        switch node {
        case .scalar(let scalar): text(scalar)
        case .sequence(let items):
            .list(items.map { WrittenItem(value: value($0, file: file), origin: .file(file, line: $0.mark?.line)) })
        case .mapping(let mapping):
            .mapping(
                mapping.map { key, item in
                    // A key that is no text cannot be a known one; an empty name says so.
                    WrittenEntry(
                        key: key.scalar?.string ?? "", origin: .file(file, line: key.mark?.line),
                        value: value(item, file: file))
                })
        case .alias: .nothing
        }
    }

    private static func text(_ scalar: Node.Scalar) -> WrittenValue {
        let quoted = scalar.style != .plain
        if !quoted, ["", "~", "null", "Null", "NULL"].contains(scalar.string) { return .nothing }
        return .text(scalar.string, quoted: quoted)
    }

    private static func problem(_ error: any Error, file: String) -> ConfigurationProblem {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ConfigurationProblem(at: .file(file, line: mark.line), key: nil, "expected valid YAML, found: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            ConfigurationProblem(
                at: .file(file, line: context.mark.line), key: keys.first,
                "expected each key once, found it again further down in the same mapping")
        case .reader(let problem, _, _, _):
            ConfigurationProblem(at: .file(file, line: nil), key: nil, "expected valid YAML, found: \(problem)")
        default:
            ConfigurationProblem(at: .file(file, line: nil), key: nil, "expected valid YAML")
        }
    }
}
