/// The grammar that `Content-Type` and `Content-Disposition` share: a value, then `; name=value` with tokens or quoted
/// strings. Own code: no packaged multipart or media type parser is among our dependencies.
struct HeaderParameters: Equatable {
    /// What stands before the first semicolon, in lower case.
    let value: String
    /// By lower-case name. A repeated name makes the header unreadable.
    let parameters: [String: String]

    init?(_ text: String) {
        var rest = Substring(text).utf8
        value = String(rest.popToken()).lowercased()
        guard !value.isEmpty else { return nil }
        var parameters: [String: String] = [:]
        rest.skipBlanks()
        while !rest.isEmpty {
            guard rest.pop(UInt8(ascii: ";")) else { return nil }
            rest.skipBlanks()
            // Some clients end the header with a semicolon.
            if rest.isEmpty { break }
            let name = String(rest.popToken()).lowercased()
            guard !name.isEmpty, rest.pop(UInt8(ascii: "=")), let value = rest.popValue() else { return nil }
            guard parameters.updateValue(value, forKey: name) == nil else { return nil }
            rest.skipBlanks()
        }
        self.parameters = parameters
    }
}

extension Substring.UTF8View {
    fileprivate mutating func pop(_ byte: UInt8) -> Bool {
        guard first == byte else { return false }
        removeFirst()
        return true
    }

    fileprivate mutating func skipBlanks() {
        self = drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }

    /// Token characters of RFC 9110, and the slash of a media type.
    fileprivate mutating func popToken() -> Substring {
        let token = prefix(while: isTokenCharacter)
        self = self[token.endIndex...]
        return Substring(token)
    }

    fileprivate mutating func popValue() -> String? {
        guard first == UInt8(ascii: "\"") else {
            let token = popToken()
            return token.isEmpty ? nil : String(token)
        }
        return popQuoted()
    }

    /// A backslash escapes a quote or a backslash. Before anything else it stands for itself: old browsers put Windows
    /// paths into `filename`.
    private mutating func popQuoted() -> String? {
        removeFirst()
        var bytes: [UInt8] = []
        while let byte = popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                return String(validating: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                if let next = first, next == UInt8(ascii: "\"") || next == byte {
                    bytes.append(next)
                    removeFirst()
                } else {
                    bytes.append(byte)
                }
            default:
                bytes.append(byte)
            }
        }
        return nil
    }
}

private func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "!#$%&'*+-.^_`|~/".utf8.contains(byte)
    }
}
