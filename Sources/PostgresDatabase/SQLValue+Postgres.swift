import SQLDatabase

extension SQLValue {
    /// A column of a row, in the server's binary form.
    /// - bytes: nil for NULL.
    /// - Throws: `.statement` for what is none of our kinds, even when it is NULL; `.unexpectedRow` for text that is not
    ///   UTF-8.
    init(_ bytes: UnsafeRawBufferPointer?, as type: ValueType, column: Int) throws(SQLFailure) {
        switch type {
        case .fraction: throw .fraction(column: column)
        case .foreign(let number):
            throw .statement(reason: "column \(column) is of a type that is none of ours (number \(number))")
        case .integer, .boolean, .text, .blob: break
        }
        guard let bytes else {
            self = .null
            return
        }
        switch type {
        case .integer: self = .integer(Int64(signedBytes: bytes))
        case .text:
            guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(column: column) }
            self = .text(text)
        case .blob: self = .blob(Array(bytes))
        default: self = .integer(bytes.first == 0 ? 0 : 1)
        }
    }

    /// The value as a parameter of the type that the server has found for its place.
    /// - Throws: `.statement` when it is of another kind or does not fit.
    func parameter(as type: ValueType, number: Int) throws(SQLFailure) -> Request.Parameter {
        switch (self, type) {
        case (.null, _): return nil
        case (.integer(let integer), .integer(let bytes)):
            let all = integer.bigEndianBytes
            let kept = Array(all.suffix(bytes))
            guard Int64(signedBytes: kept) == integer else {
                throw .statement(reason: "$\(number) does not fit into \(bytes) bytes")
            }
            return kept
        case (.integer(let integer), .boolean) where integer == 0 || integer == 1: return [UInt8(integer)]
        case (.text(let text), .text): return Array(text.utf8)
        case (.blob(let bytes), .blob): return bytes
        default: throw .statement(reason: "$\(number) is \(kind), but stands where \(type.words) is wanted")
        }
    }

    private var kind: String {
        switch self {
        case .null: "NULL"
        case .integer: "an integer"
        case .text: "text"
        case .blob: "a blob"
        }
    }
}

extension ValueType {
    fileprivate var words: String {
        switch self {
        case .integer: "an integer"
        case .boolean: "0 or 1"
        case .text: "text"
        case .blob: "a blob"
        case .fraction: "a fraction"
        case .foreign(let number): "a value of a type that is none of ours (number \(number))"
        }
    }
}

extension Int64 {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

    /// - bytes: at most eight, the first holds the sign.
    init(signedBytes bytes: some Sequence<UInt8>) {
        var value: Int64?
        for byte in bytes { value = (value ?? (byte < 0x80 ? 0 : -1)) << 8 | Int64(byte) }
        self = value ?? 0
    }
}
