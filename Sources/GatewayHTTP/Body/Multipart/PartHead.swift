import NIOCore

/// The headers of one part, as far as they matter. A file's own name and type are not kept: the name never travels, and
/// the type is told by the content.
struct PartHead: Equatable, Sendable {
    let name: String
    let isFile: Bool

    /// - lines: the part's headers without the empty line that ends them.
    init(_ lines: ByteBufferView) throws(MultipartFault) {
        let fields = try PartHead.fields(lines)
        guard fields["content-transfer-encoding"] == nil else { throw .transferEncoding }
        guard let disposition = fields["content-disposition"].flatMap(HeaderParameters.init),
            disposition.value == "form-data", let name = disposition.parameters["name"], !name.isEmpty
        else { throw .noName }
        self.name = name
        isFile = disposition.parameters["filename"] != nil || disposition.parameters["filename*"] != nil
        guard isFile || PartHead.isUTF8(fields["content-type"]) else { throw .charset }
    }

    private static func isUTF8(_ contentType: String?) -> Bool {
        guard let contentType else { return true }
        guard let charset = HeaderParameters(contentType)?.parameters["charset"] else { return true }
        return ["utf-8", "us-ascii"].contains(charset.lowercased())
    }

    private static func fields(_ lines: ByteBufferView) throws(MultipartFault) -> [String: String] {
        guard let text = String(validating: lines, as: UTF8.self) else { throw .partHeader }
        var fields: [String: String] = [:]
        // Swift takes CR LF for one character, so a lone CR or LF stays inside its line and is refused with it.
        for line in text.split(separator: "\r\n", omittingEmptySubsequences: false) {
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw .partHeader }
            let name = line[..<colon].lowercased()
            let value = line[line.utf8.index(after: colon)...]
            guard isName(name), !value.utf8.contains(where: isControl) else { throw .partHeader }
            guard fields.updateValue(trimmed(value), forKey: name) == nil else { throw .partHeader }
        }
        return fields
    }

    private static func trimmed(_ value: Substring) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        var value = value.drop(while: isBlank)
        while let last = value.last, isBlank(last) { value.removeLast() }
        return String(value)
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"()<>@,;:\\\"/[]?={}".utf8.contains($0) }
    }

    private static func isControl(_ byte: UInt8) -> Bool {
        byte == 0x7F || (byte < 0x20 && byte != UInt8(ascii: "\t"))
    }
}
