/// Splits a query string into its parameters, strictly: `name=value` pairs with `&` between them, each name once, percent
/// escapes of well-formed UTF-8, `+` for a space.
package enum QueryText {
    /// - query: what follows the `?`, undecoded; nil or empty has no parameters.
    package static func parameters(_ query: String?) throws(InvalidField) -> [String: String] {
        guard let query, !query.isEmpty else { return [:] }
        var parameters: [String: String] = [:]
        for pair in query.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            let (name, value) = try parameter(pair)
            guard parameters.updateValue(value, forKey: name) == nil else {
                throw InvalidField(name, "must be given once")
            }
        }
        return parameters
    }

    private static func parameter(_ pair: Substring.UTF8View) throws(InvalidField) -> (String, String) {
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), equals != pair.startIndex else {
            throw InvalidField("The query", "must be made of name=value pairs with '&' between them")
        }
        guard let name = decoded(pair[..<equals]) else {
            throw InvalidField("The query", "must name its parameters in well-formed percent-encoded UTF-8")
        }
        guard let value = decoded(pair[pair.index(after: equals)...]) else {
            throw InvalidField(name, "must be well-formed percent-encoded UTF-8")
        }
        return (name, value)
    }

    private static func decoded(_ text: Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"):
                bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default:
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
