import GatewayCore

extension UpstreamKeyReader {
    /// The key that a source points to; nil after noting why there is none.
    mutating func readSecret(
        _ source: UpstreamKeySetting.Source, at origin: ConfigurationOrigin, _ path: String
    ) -> Secret? {
        let text: String
        switch source {
        case .environment(let name):
            guard let value = input.environment[name] else {
                note(origin, path, "expected a key in the variable \(name), found the variable not set")
                return nil
            }
            text = value
        case .file(let file):
            do {
                text = try input.readKeyFile(file)
            } catch {
                note(origin, path, "expected a key in the file \(file), found \(error.reason)")
                return nil
            }
        }
        return checkedSecret(text, at: origin, path, place: source.place)
    }

    private mutating func checkedSecret(
        _ text: String, at origin: ConfigurationOrigin, _ path: String, place: String
    ) -> Secret? {
        // Editors and `echo` end a file with one line break.
        let key = text.hasSuffix("\r\n") || text.hasSuffix("\n") ? String(text.dropLast()) : text
        let expected = "expected one line of 8 to 512 visible ASCII characters in \(place), found"
        if key.isEmpty {
            note(origin, path, "\(expected) nothing")
        } else if !key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            note(origin, path, "\(expected) blanks, line breaks or other characters")
        } else if !(8...512).contains(key.utf8.count) {
            note(origin, path, "\(expected) \(key.utf8.count) characters")
        } else {
            return Secret(key)
        }
        return nil
    }
}

extension UpstreamKeySetting.Source {
    fileprivate var place: String {
        switch self {
        case .environment(let name): "the variable \(name)"
        case .file(let path): "the file \(path)"
        }
    }
}
