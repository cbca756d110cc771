import Yams

/// A mapping of a script from which known keys are taken one by one; ``finish()`` refuses what is left.
struct ScriptMapping {
    private let whole: ScriptValue
    private(set) var values: [(name: String, value: ScriptValue)] = []
    private var known: [String] = []

    /// The mapping that a whole text is.
    init(root text: String) throws(ScriptProblem) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw ScriptProblem(reading: error)
        }
        guard let node else { throw ScriptProblem(line: nil, path: "", rule: "the script is empty") }
        try self.init(ScriptValue(node: node, path: ""))
    }

    init(_ value: ScriptValue) throws(ScriptProblem) {
        whole = value
        guard let mapping = value.node.mapping else { throw value.problem("must be a mapping") }
        for (key, item) in mapping {
            let name = ScriptValue(node: key, path: value.path)
            let text = try name.text()
            values.append((text, ScriptValue(node: item, path: value.path.isEmpty ? text : "\(value.path).\(text)")))
        }
    }

    mutating func optional(_ name: String) throws(ScriptProblem) -> ScriptValue? {
        known.append(name)
        guard let index = values.firstIndex(where: { $0.name == name }) else { return nil }
        return values.remove(at: index).value
    }

    mutating func required(_ name: String) throws(ScriptProblem) -> ScriptValue {
        guard let value = try optional(name) else { throw whole.problem("\(name) is missing") }
        return value
    }

    /// - Throws: for the first key that nobody took.
    func finish() throws(ScriptProblem) {
        guard let left = values.first else { return }
        throw left.value.problem("unknown key; known here: " + known.joined(separator: ", "))
    }
}

extension ScriptProblem {
    /// A text that is no YAML at all, or that names a key twice.
    fileprivate init(reading error: any Error) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init(line: mark.line, path: "", rule: "not readable as YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            self.init(line: context.mark.line, path: "", rule: "named twice: " + duplicates.joined(separator: ", "))
        default:
            self.init(line: nil, path: "", rule: "not readable as YAML")
        }
    }
}
