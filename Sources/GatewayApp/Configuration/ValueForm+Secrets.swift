import GatewayCore

extension WrittenValue {
    /// Like ``found``, but without any text at all: here a key itself could have been written.
    var foundInSecretPlace: String {
        if case .text(let text, _) = self, !Digits.areDigits(text) { "another text" } else { found }
    }
}

extension ValueForm<UpstreamKeyID> {
    static var upstreamKeyID: Self {
        ValueForm(
            expected: "a name of 1 to 64 lower-case letters, digits, '-' and '_'",
            read: { $0.anyText.flatMap { $0.looksLikeKey ? nil : UpstreamKeyID($0) } },
            yaml: \.text)
    }
}

extension ValueForm<String> {
    static var variableName: Self {
        ValueForm(
            expected: "the name of a variable (capitals, digits and '_')",
            read: { $0.anyText.flatMap { isVariableName($0) ? $0 : nil } },
            yaml: { $0 })
    }

    private static func isVariableName(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && !Digits.areDigits(text.prefix(1))
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
