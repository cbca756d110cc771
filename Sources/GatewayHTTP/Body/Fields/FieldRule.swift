/// One rule for a field's value, the same for JSON bodies, forms and queries.
package struct FieldRule<Value: Sendable>: Sendable {
    /// What became of a value under the rule.
    package enum Reading: Sendable {
        case value(Value)
        case wrongType
        case broken
    }

    let read: @Sendable (FieldValue) -> Reading
    private let wording: @Sendable () -> String

    /// - wording: `must be a whole number from 1 to 10`; asked for when a field is refused, which few are.
    package init(
        _ wording: @escaping @autoclosure @Sendable () -> String, read: @escaping @Sendable (FieldValue) -> Reading
    ) {
        self.wording = wording
        self.read = read
    }

    var rule: String { wording() }

    /// The value, or the refusal that names the field and the rule.
    func value(of given: FieldValue, field: String) throws(InvalidField) -> Value {
        switch read(given) {
        case .value(let value): return value
        case .broken: throw InvalidField(field, rule)
        case .wrongType: throw InvalidField(field, rule + (given.typeName.map { ", not \($0)" } ?? ""))
        }
    }
}

extension FieldRule {
    /// A value made from this rule's, under a rule of its own.
    /// - convert: nil when the value breaks `rule`.
    package func converted<New: Sendable>(
        _ wording: @escaping @autoclosure @Sendable () -> String, _ convert: @escaping @Sendable (Value) -> New?
    ) -> FieldRule<New> {
        FieldRule<New>(wording()) { given in
            switch read(given) {
            case .value(let value): convert(value).map(FieldRule<New>.Reading.value) ?? .broken
            case .wrongType: .wrongType
            case .broken: .broken
            }
        }
    }
}
