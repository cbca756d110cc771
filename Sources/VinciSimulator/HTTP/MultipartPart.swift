/// What the headers of one part of a form say.
struct MultipartPart: Sendable, Equatable {
    let name: String
    /// Whether it names a file; the name itself does not matter.
    let isFile: Bool

    /// - headers: the lines above the blank line, with their line breaks.
    init(headers: String) throws(VinciRefusal) {
        let lines = headers.split(whereSeparator: \.isNewline)
        let label = "content-disposition:"
        guard let line = lines.first(where: { $0.lowercased().hasPrefix(label) }) else {
            throw .unreadable("A part of the form has no Content-Disposition.")
        }
        let parameters = HeaderParameters(line.dropFirst(label.count))
        guard parameters.value.lowercased() == "form-data", let name = parameters["name"] else {
            throw .unreadable("A part of the form has no name.")
        }
        self.name = name
        isFile = parameters["filename"] != nil || parameters["filename*"] != nil
    }
}

/// A header value with parameters: `form-data; name="image"; filename="a \"b\".png"`.
struct HeaderParameters: Sendable, Equatable {
    let value: String
    private var parameters: [String: String] = [:]

    init(_ text: some StringProtocol) {
        var fields = Self.fields(of: text)
        value = fields.isEmpty ? "" : fields.removeFirst()
        for field in fields {
            guard let equals = field.firstIndex(of: "=") else { continue }
            let name = field[..<equals].lowercased()
            if parameters[name] == nil { parameters[name] = Self.unquoted(field[field.index(after: equals)...]) }
        }
    }

    subscript(name: String) -> String? { parameters[name] }

    /// Cuts at semicolons outside quotes.
    private static func fields(of text: some StringProtocol) -> [String] {
        var fields = [""]
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if character == ";", !isQuoted {
                fields.append("")
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && isQuoted && !isEscaped
            fields[fields.count - 1].append(character)
        }
        return fields.map { $0.trimmed }
    }

    private static func unquoted(_ text: Substring) -> String {
        guard text.count >= 2, text.first == "\"", text.last == "\"" else { return String(text) }
        var plain = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                plain.append(character)
                isEscaped = false
            }
        }
        return plain
    }
}

extension String {
    fileprivate var trimmed: String {
        let blanks: [Character] = [" ", "\t"]
        return String(drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed())
    }
}
