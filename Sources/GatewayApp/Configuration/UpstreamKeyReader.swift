import GatewayCore
import VinciAPI

/// Reads `upstream.keys`, and each key from the variable or file that its entry names.
///
/// A misplaced key must not travel into a message, so no value of an entry is quoted unless it is known to be harmless.
struct UpstreamKeyReader {
    private(set) var problems: [ConfigurationProblem] = []
    let input: ConfigurationInput
    private let path = ConfigurationKey.upstreamKeys.path

    init(input: ConfigurationInput) { self.input = input }

    mutating func read(_ list: WrittenEntry) -> [UpstreamKeySetting] {
        guard case .list(let items) = list.value else {
            if list.value != .nothing {
                note(
                    list.origin, path,
                    "expected \(ConfigurationKey.upstreamKeys.expected), found \(list.value.foundInSecretPlace)")
            }
            return []
        }
        var keys: [UpstreamKeySetting] = []
        for (index, item) in items.enumerated() {
            guard let key = readItem(item, at: "\(path)[\(index)]") else { continue }
            if let twin = keys.first(where: { $0.id == key.id || $0.secret == key.secret }) {
                let what = twin.id == key.id ? "id" : "key"
                note(
                    item.origin, "\(path)[\(index)]",
                    "expected another \(what) than that of '\(twin.id)', found the same")
            } else {
                keys.append(key)
            }
        }
        return keys
    }

    mutating func readShorthand(_ variable: String) -> [UpstreamKeySetting] {
        let source = UpstreamKeySetting.Source.environment(variable)
        guard let id = UpstreamKeyID("main") else { return [] }
        guard let secret = readSecret(source, at: .environment(variable), path) else { return [] }
        let pace = UpstreamKeySetting.requestsPerMinuteDefault
        return [UpstreamKeySetting(id: id, source: source, requestsPerMinute: pace, secret: secret)]
    }

    private mutating func readItem(_ item: WrittenItem, at path: String) -> UpstreamKeySetting? {
        guard case .mapping(let entries) = item.value else {
            note(
                item.origin, path,
                "expected { id, env or file, requests_per_minute }, found \(item.value.foundInSecretPlace)")
            return nil
        }
        let before = problems.count
        var fields = Fields()
        for entry in entries { readField(entry, into: &fields, at: "\(path).\(entry.key.shownAsKey)") }
        if fields.id == nil, !entries.contains(where: { $0.key == "id" }) {
            note(item.origin, "\(path).id", "expected a name for the key, found nothing")
        }
        let isSourceNamed = entries.contains { $0.key == "env" || $0.key == "file" }
        if fields.sources.count > 1 || !isSourceNamed {
            note(item.origin, path, "expected either env or file, found \(isSourceNamed ? "both" : "neither")")
        }
        guard problems.count == before, let id = fields.id, let (source, origin) = fields.sources.first else {
            return nil
        }
        guard let secret = readSecret(source, at: origin, path) else { return nil }
        return UpstreamKeySetting(
            id: id, source: source, requestsPerMinute: fields.requestsPerMinute, secret: secret)
    }

    private struct Fields {
        var id: UpstreamKeyID?
        var sources: [(UpstreamKeySetting.Source, ConfigurationOrigin)] = []
        var requestsPerMinute = UpstreamKeySetting.requestsPerMinuteDefault
    }

    private mutating func readField(_ entry: WrittenEntry, into fields: inout Fields, at path: String) {
        switch entry.key {
        case "id":
            fields.id = take(.upstreamKeyID, entry, at: path)
        case "env":
            if let name = take(.variableName, entry, at: path) {
                fields.sources.append((.environment(name), entry.origin))
            }
        case "file":
            if let file = take(.path, entry, at: path) { fields.sources.append((.file(file), entry.origin)) }
        case "requests_per_minute":
            if let pace = take(.whole(VinciLimits.keyRequestsPerMinute), entry, at: path) {
                fields.requestsPerMinute = pace
            }
        default:
            let names = ["id", "env", "file", "requests_per_minute"]
            let hint = SimilarName.hint(for: entry.key, among: names)
            note(entry.origin, path, "expected one of \(names.joined(separator: ", ")), found an unknown key\(hint)")
        }
    }

    private mutating func take<Value>(_ form: ValueForm<Value>, _ entry: WrittenEntry, at path: String) -> Value? {
        if let value = form.read(entry.value) { return value }
        note(entry.origin, path, "expected \(form.expected), found \(entry.value.foundInSecretPlace)")
        return nil
    }

    mutating func note(_ origin: ConfigurationOrigin, _ path: String, _ message: String) {
        problems.append(ConfigurationProblem(at: origin, key: path, message))
    }
}
