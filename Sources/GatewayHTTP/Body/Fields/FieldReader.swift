package import VinciAPI

/// Reads the fields of one body, form or query, each once and under a rule, and refuses the rest by name.
///
/// ```swift
/// var fields = FieldReader(object)
/// let prompt = try fields.required("prompt", .text(characters: 1...2000))
/// let seconds = try fields.optional("duration_seconds", .wholeNumber(in: 1...10)) ?? 5
/// try fields.end()
/// ```
package struct FieldReader: Sendable {
    private let values: [String: FieldValue]
    private var known: Set<String> = []

    package init(_ object: [String: JSONValue]) {
        values = object.mapValues(FieldValue.json)
    }

    /// - texts: form fields or query parameters.
    package init(texts: [String: String]) {
        values = texts.mapValues(FieldValue.text)
    }

    /// - Throws: also when the field is absent or null.
    package mutating func required<Value>(_ name: String, _ rule: FieldRule<Value>) throws(InvalidField) -> Value {
        guard let given = take(name) else { throw InvalidField(name, "is required and \(rule.rule)") }
        return try rule.value(of: given, field: name)
    }

    /// Nil when the field is absent. A null is a value of the wrong type.
    package mutating func optional<Value>(_ name: String, _ rule: FieldRule<Value>) throws(InvalidField) -> Value? {
        guard let given = take(name) else { return nil }
        return try rule.value(of: given, field: name)
    }

    /// Whether the field was given as null, which makes it known.
    package mutating func takeNull(_ name: String) -> Bool {
        guard case .json(.null) = values[name] else { return false }
        known.insert(name)
        return true
    }

    /// Refuses every field that nobody asked for.
    package func end() throws(InvalidField) {
        let unknown = values.keys.filter { !known.contains($0) }.sorted()
        guard let first = unknown.first else { return }
        guard unknown.count > 1 else { throw InvalidField(first, "is not a known field") }
        let others = unknown.dropFirst().prefix(4).map { InvalidField($0, "").field }.joined(separator: ", ")
        throw InvalidField(first, "is not a known field, and neither are others: \(others)")
    }

    mutating func take(_ name: String) -> FieldValue? {
        known.insert(name)
        return values[name]
    }
}
