import VinciAPI

extension FieldRule where Value == String {
    /// Text without control characters other than tab and line ends (a database cannot keep NUL, and no prompt needs it).
    /// - characters: how many Unicode scalars, as Python's `len` counts them.
    package static func text(characters: ClosedRange<Int>) -> FieldRule {
        let length =
            characters.lowerBound == 0
            ? "at most \(characters.upperBound)" : "\(characters.lowerBound) to \(characters.upperBound)"
        return FieldRule("must be text of \(length) characters, without control characters") { given in
            guard let text = given.string else { return .wrongType }
            let fits = characters.contains(text.unicodeScalars.count) && text.unicodeScalars.allSatisfy(isTextCharacter)
            return fits ? .value(text) : .broken
        }
    }

    private static func isTextCharacter(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar.properties.generalCategory != .control
    }
}

extension FieldRule where Value == Int {
    /// In JSON a number without a fraction, elsewhere decimal digits, either with an optional minus sign.
    package static func wholeNumber(in range: ClosedRange<Int>) -> FieldRule {
        let bounds =
            range.upperBound == .max
            ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
        return FieldRule("must be a whole number \(bounds)") { given in
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
        let names = type.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        return FieldRule("must be one of \(names)") { given in
            guard let text = given.string else { return .wrongType }
            return type.init(rawValue: text).map(Reading.value) ?? .broken
        }
    }
}
