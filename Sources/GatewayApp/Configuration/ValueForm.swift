/// How one kind of value is written, read and described.
struct ValueForm<Value: Sendable>: Sendable {
    /// Completes "expected …", with the range.
    var expected: String
    /// Nil when the written value does not have this form or is out of range.
    var read: @Sendable (WrittenValue) -> Value?
    /// The value as YAML.
    var yaml: @Sendable (Value) -> String
}

extension ValueForm<Bool> {
    static var boolean: Self {
        ValueForm(
            expected: "true or false",
            read: { $0.plainText.flatMap(Bool.init) },
            yaml: { String($0) })
    }
}

extension ValueForm<Int> {
    static func whole(_ range: ClosedRange<Int>) -> Self {
        ValueForm(
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            read: { $0.plainText.flatMap { Digits.whole($0, in: range) } },
            yaml: { String($0) })
    }

    static func percent(_ range: ClosedRange<Int>) -> Self {
        ValueForm(
            expected: "a whole percentage from \(range.lowerBound) to \(range.upperBound), such as 10 or 10%",
            read: { written in
                guard let text = written.plainText else { return nil }
                return Digits.whole(text.hasSuffix("%") ? String(text.dropLast()) : text, in: range)
            },
            yaml: { String($0) })
    }
}

extension ValueForm where Value: RawRepresentable<String> & CaseIterable {
    /// One of the cases by its raw value.
    static func choice(_ type: Value.Type) -> Self {
        ValueForm(
            expected: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "),
            read: { $0.anyText.flatMap(Value.init) },
            yaml: \.rawValue)
    }
}

extension ValueForm {
    /// The same form, where writing nothing means nil.
    var orNothing: ValueForm<Value?> {
        let (read, yaml) = (read, yaml)
        return ValueForm<Value?>(
            expected: "\(expected), or null",
            read: { $0 == .nothing ? .some(nil) : read($0).map(Optional.some) },
            yaml: { $0.map(yaml) ?? "null" })
    }
}

/// Numbers as people write them: digits alone, no sign, blank or exponent.
enum Digits {
    static func whole(_ text: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
        // `010` is ten to some and eight to others.
        guard areDigits(text), text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0") else { return nil }
        return Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    static func areDigits(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
