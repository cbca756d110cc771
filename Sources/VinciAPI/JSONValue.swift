package import Foundation

/// Any JSON value, with numbers as exact decimals; for bodies whose fields must be checked and refused by name.
///
/// `JSONDecoder` is the parser; this type only keeps what it found, so unknown fields and wrong types can be named.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Decimal)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// What a client would call this value's type.
    package var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The whole number that this is, or nil for fractions, other types and anything outside `Int`.
    package var wholeNumber: Int? {
        guard case .number(let decimal) = self else { return nil }
        return decimal.wholeNumber
    }
}

extension Decimal {
    /// This decimal as an `Int`, or nil when it has a fraction or does not fit.
    package var wholeNumber: Int? {
        guard self == self.rounded(scale: 0), self >= Decimal(Int.min), self <= Decimal(Int.max) else { return nil }
        return Int(NSDecimalNumber(decimal: self).stringValue)
    }

    private func rounded(scale: Int) -> Decimal {
        var source = self
        var result = Decimal()
        NSDecimalRound(&result, &source, scale, .plain)
        return result
    }
}

extension JSONValue: Codable {
    package init(from decoder: any Decoder) throws {
        // What there is most of comes first: each wrong guess makes an error, with a text that nobody reads.
        let single = try decoder.singleValueContainer()
        if let string = try? single.decode(String.self) {
            self = .string(string)
        } else if single.decodeNil() {
            self = .null
        } else if let number = try? single.decode(Decimal.self) {
            self = .number(number)
        } else if let keyed = try? decoder.container(keyedBy: AnyCodingKey.self) {
            var object: [String: JSONValue] = [:]
            for key in keyed.allKeys { object[key.stringValue] = try keyed.decode(JSONValue.self, forKey: key) }
            self = .object(object)
        } else if let bool = try? single.decode(Bool.self) {
            self = .bool(bool)
        } else {
            var list = try decoder.unkeyedContainer()
            var array: [JSONValue] = []
            while !list.isAtEnd { array.append(try list.decode(JSONValue.self)) }
            self = .array(array)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        switch self {
        case .null: try single.encodeNil()
        case .bool(let bool): try single.encode(bool)
        case .number(let decimal): try single.encode(decimal)
        case .string(let string): try single.encode(string)
        case .array(let array): try single.encode(array)
        case .object(let object): try single.encode(object)
        }
    }
}

private struct AnyCodingKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
