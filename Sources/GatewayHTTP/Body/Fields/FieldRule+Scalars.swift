import VinciAPI

extension FieldRule where Value == String {
    /// Text without control characters other than tab and line ends (a database cannot keep NUL, and no prompt needs it).
    /// - characters: how many Unicode scalars, as Python's `len` counts them.
    package static func text(characters: ClosedRange<Int>) -> FieldRule {
        FieldRule("must be text of \(characters.wording) characters, without control characters") { given in
            guard let text = given.string else { return .wrongType }
            let fits = characters.contains(text.unicodeScalars.count) && text.unicodeScalars.allSatisfy(isTextCharacter)
            return fits ? .value(text) : .broken
        }
    }

    private static func isTextCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: true
        // Unicode's control characters; the standard promises that there will be no others.
        case ..<0x20, 0x7F...0x9F: false
        default: true
        }
    }
}

extension FieldRule where Value == Int {
    /// In JSON a number without a fraction, elsewhere decimal digits, either with an optional minus sign.
    package static func wholeNumber(in range: ClosedRange<Int>) -> FieldRule {
        FieldRule("must be a whole number \(range.boundsWording)") { given in
            let number: Int?
            switch given {
            case .json(.number(let decimal)): number = decimal.wholeNumber
            case .text(let text): number = DecimalText.isWhole(text) ? Int(text) : nil
            case .json: return .wrongType
            }
            guard let number, range.contains(number) else { return .broken }
            return .value(number)
        }
    }
}

extension FieldRule where Value == Bool {
    package static var boolean: FieldRule {
        FieldRule("must be true or false") { given in
            switch given {
            case .json(.bool(let value)): .value(value)
            case .text("true"): .value(true)
            case .text("false"): .value(false)
            case .text: .broken
            case .json: .wrongType
            }
        }
    }
}

extension FieldRule where Value: RawRepresentable<String> & CaseIterable {
    /// One of an enum's raw values, spelled exactly.
    package static func choice(_ type: Value.Type) -> FieldRule {
        FieldRule("must be one of \(type.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))") { given in
            guard let text = given.string else { return .wrongType }
            return type.init(rawValue: text).map(Reading.value) ?? .broken
        }
    }
}

extension ClosedRange<Int> {
    /// `1 to 64`, `at most 64`: so many of something.
    var wording: String { lowerBound == 0 ? "at most \(upperBound)" : "\(lowerBound) to \(upperBound)" }

    fileprivate var boundsWording: String {
        upperBound == .max ? "of at least \(lowerBound)" : "from \(lowerBound) to \(upperBound)"
    }
}
