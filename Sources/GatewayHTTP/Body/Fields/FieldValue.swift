package import VinciAPI

/// What a client gave for a field: a JSON value, or the text of a form field or query parameter.
package enum FieldValue: Sendable, Equatable {
    case json(JSONValue)
    case text(String)

    /// The text of either kind.
    var string: String? {
        switch self {
        case .json(.string(let text)), .text(let text): text
        case .json: nil
        }
    }

    /// What the client would call this value's type; nil for text, which has only one.
    var typeName: String? {
        switch self {
        case .json(let value): value.typeName
        case .text: nil
        }
    }
}
