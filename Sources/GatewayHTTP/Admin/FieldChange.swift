import VinciAPI

/// What a PATCH says about one field.
enum FieldChange<Value: Sendable>: Sendable {
    case keep
    case clear
    case set(Value)

    func apply(to field: inout Value?) {
        switch self {
        case .keep: break
        case .clear: field = nil
        case .set(let value): field = value
        }
    }

    func applied(to value: Value, cleared: Value) -> Value {
        switch self {
        case .keep: value
        case .clear: cleared
        case .set(let new): new
        }
    }
}

extension FieldReader {
    /// Absent: keep; null: clear; else the value under its rule.
    mutating func change<Value>(
        _ name: String, _ rule: FieldRule<Value>
    ) throws(InvalidField) -> FieldChange<Value> {
        if takeNull(name) { return .clear }
        return try optional(name, rule).map(FieldChange.set) ?? .keep
    }
}
