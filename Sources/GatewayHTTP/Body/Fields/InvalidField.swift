/// A field that breaks a rule, for the client's developer.
package struct InvalidField: Error, Equatable, Sendable {
    /// As the client spelled it, cut to 64 characters and cleaned of what cannot be printed.
    package let field: String
    /// `must be a whole number from 1 to 10`; reads on after the field's name.
    package let rule: String

    package init(_ field: String, _ rule: String) {
        self.field = InvalidField.printable(field)
        self.rule = rule
    }

    /// `duration_seconds must be a whole number from 1 to 10.`
    package var detail: String { "\(field) \(rule)." }

    package var problem: ProblemReply { ProblemReply(.invalidRequest, detail: detail) }

    private static func printable(_ name: String) -> String {
        var shown = ""
        for scalar in name.unicodeScalars.prefix(64) {
            shown.unicodeScalars.append(isPrintable(scalar) ? scalar : "?")
        }
        return shown.isEmpty ? "(a field without a name)" : shown
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
