/// What a scan of a JSON text's bytes tells before anything recursive touches it.
struct JSONShape: Equatable {
    /// Right for well-formed JSON, and never less than what a parser would reach in a malformed one.
    private(set) var depth = 0
    /// Whether it begins like an object.
    private(set) var isObject = false
    /// A comma before a closing bracket, which Foundation's parser lets pass.
    private(set) var hasDanglingComma = false

    init(_ json: some Sequence<UInt8>) {
        var open = 0
        var isFirst = true
        var afterComma = false
        var isInString = false
        var isEscaped = false
        for byte in json {
            guard !isInString else {
                if byte == UInt8(ascii: "\""), !isEscaped { isInString = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
                continue
            }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                continue
            case UInt8(ascii: "\""):
                isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open += 1
                depth = max(depth, open)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                open -= 1
                if afterComma { hasDanglingComma = true }
            default:
                break
            }
            if isFirst {
                isObject = byte == UInt8(ascii: "{")
                isFirst = false
            }
            afterComma = byte == UInt8(ascii: ",")
        }
    }
}
