/// Lays file, environment and command line over the defaults, and collects everything that is wrong on the way.
package struct ConfigurationReader {
    private var effective = EffectiveConfiguration(values: GatewayConfiguration(), origins: [:])
    private var problems: [ConfigurationProblem] = []
    private let input: ConfigurationInput

    /// Pure but for the files of upstream keys, which the input's function reads.
    package static func read(_ input: ConfigurationInput) throws(ConfigurationFailure) -> EffectiveConfiguration {
        var reader = ConfigurationReader(input: input)
        if let file = input.file { reader.readFile(try ConfigurationDocument(yaml: file.yaml, file: file.name)) }
        reader.readEnvironment()
        reader.readOverrides()
        reader.readShorthandKey()
        // A value that was refused left its default behind, of which nothing should be said.
        if reader.problems.isEmpty { reader.problems = ConfigurationRules.problems(of: reader.effective) }
        guard reader.problems.isEmpty else { throw ConfigurationFailure(problems: reader.problems) }
        return reader.effective
    }

    private init(input: ConfigurationInput) { self.input = input }

    private mutating func readFile(_ document: ConfigurationDocument) {
        let sections = Set(ConfigurationKey.all.map(\.section))
        for section in document.entries {
            guard sections.contains(section.key) else {
                problems.append(.unknown(section.key, at: section.origin, known: sections))
                continue
            }
            switch section.value {
            case .mapping(let entries): for entry in entries { readEntry(entry, of: section.key) }
            case .nothing: break
            default:
                problems.append(
                    .misfit(section.value, at: section.origin, key: section.key, expected: "a mapping of its keys"))
            }
        }
    }

    private mutating func readEntry(_ entry: WrittenEntry, of section: String) {
        let path = "\(section).\(entry.key)"
        guard let key = ConfigurationKey.all.first(where: { $0.path == path }) else {
            let known = ConfigurationKey.all.filter { $0.section == section }.map(\.name)
            problems.append(.unknown(path, at: entry.origin, name: entry.key, known: known))
            return
        }
        if key.isFileOnly {
            readUpstreamKeys(entry)
        } else {
            set(key, entry.value, at: entry.origin)
        }
    }

    private mutating func readEnvironment() {
        let keys = Dictionary(uniqueKeysWithValues: ConfigurationKey.all.map { ($0.environmentName, $0) })
        for (name, text) in input.environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(ConfigurationEnvironment.prefix) && !ConfigurationEnvironment.others.contains(name) {
            if let key = keys[name] {
                setText(key, text, at: .environment(name))
            } else {
                let known = keys.keys.sorted() + ConfigurationEnvironment.others.sorted()
                problems.append(.unknownVariable(name, known: known))
            }
        }
    }

    private mutating func readOverrides() {
        for override in input.overrides {
            let origin = ConfigurationOrigin.commandLine(override.option)
            if let key = ConfigurationKey.all.first(where: { $0.path == override.path }) {
                setText(key, override.text, at: origin)
            } else {
                problems.append(.unknown(override.path, at: origin, known: ConfigurationKey.all.map(\.path)))
            }
        }
    }

    private mutating func setText(_ key: ConfigurationKey, _ text: String, at origin: ConfigurationOrigin) {
        guard !key.isFileOnly else {
            let message =
                "expected in the configuration file only; for a single key, set \(ConfigurationEnvironment.vinciKey)"
            problems.append(ConfigurationProblem(at: origin, key: key.path, message))
            return
        }
        set(key, .typed(text, asList: key.isTextList, at: origin), at: origin)
    }

    private mutating func set(_ key: ConfigurationKey, _ value: WrittenValue, at origin: ConfigurationOrigin) {
        if key.set(value, &effective.values) {
            effective.origins[key.path] = origin
        } else {
            problems.append(.misfit(value, at: origin, key: key.path, expected: key.expected))
        }
    }

    private mutating func readUpstreamKeys(_ entry: WrittenEntry) {
        var reader = UpstreamKeyReader(input: input)
        effective.values.upstream.keys = reader.read(entry)
        effective.origins[ConfigurationKey.upstreamKeys.path] = entry.origin
        problems += reader.problems
    }

    /// Only where the file has no keys: an entry is the plainer statement.
    private mutating func readShorthandKey() {
        let name = ConfigurationEnvironment.vinciKey
        guard effective.values.upstream.keys.isEmpty, input.environment[name] != nil else { return }
        guard !problems.contains(where: { $0.key?.hasPrefix(ConfigurationKey.upstreamKeys.path) ?? false }) else {
            return
        }
        var reader = UpstreamKeyReader(input: input)
        effective.values.upstream.keys = reader.readShorthand(name)
        effective.origins[ConfigurationKey.upstreamKeys.path] = .environment(name)
        problems += reader.problems
    }
}

extension WrittenValue {
    /// What a variable or an option says; no quotes exist there.
    static func typed(_ text: String, asList: Bool, at origin: ConfigurationOrigin) -> WrittenValue {
        guard asList else { return text.isEmpty || text == "null" ? .nothing : .text(text, quoted: false) }
        guard !text.isEmpty else { return .list([]) }
        return .list(
            text.split(separator: ",", omittingEmptySubsequences: false).map { part in
                let blank = part.drop { $0 == " " }
                let item = String(blank.reversed().drop { $0 == " " }.reversed())
                return WrittenItem(value: .text(item, quoted: false), origin: origin)
            })
    }
}

extension ConfigurationProblem {
    static func misfit(
        _ value: WrittenValue, at origin: ConfigurationOrigin, key: String, expected: String
    ) -> ConfigurationProblem {
        ConfigurationProblem(at: origin, key: key, "expected \(expected), found \(value.found)")
    }

    /// - name: the part of the path that nobody knows; all of it when nil.
    static func unknown(
        _ path: String, at origin: ConfigurationOrigin, name: String? = nil, known: some Sequence<String>
    ) -> ConfigurationProblem {
        let hint = SimilarName.hint(for: name ?? path, among: known)
        return ConfigurationProblem(
            at: origin, key: path.shownAsKey, "expected a known key, found an unknown one\(hint)")
    }

    static func unknownVariable(_ name: String, known: [String]) -> ConfigurationProblem {
        let hint = SimilarName.hint(for: name, among: known)
        return ConfigurationProblem(
            at: .environment(name), key: nil, "expected a known variable, found an unknown one\(hint)")
    }
}
