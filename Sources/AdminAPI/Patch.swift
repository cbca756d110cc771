/// A field of a PATCH body, which tells "leave it" (absent) from "clear it" (`null`).
///
/// As a stored property of a `Codable` struct it needs nothing more: the container overloads below do the rest.
package enum Patch<Value: Sendable>: Sendable {
    case absent
    case null
    case value(Value)

    /// `nil` leaves the field as it is.
    package init(_ value: Value?) { self = value.map(Patch.value) ?? .absent }
}

extension Patch: Equatable where Value: Equatable {}

extension Patch: Encodable where Value: Encodable {
    /// Reached only outside keyed containers, where nothing can be left out: absent is then written as `null`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .absent, .null: try container.encodeNil()
        case .value(let value): try container.encode(value)
        }
    }
}

extension Patch: Decodable where Value: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = container.decodeNil() ? .null : .value(try container.decode(Value.self))
    }
}

extension KeyedDecodingContainer {
    package func decode<Value: Decodable>(_ type: Patch<Value>.Type, forKey key: Key) throws -> Patch<Value> {
        guard contains(key) else { return .absent }
        return try decodeNil(forKey: key) ? .null : .value(decode(Value.self, forKey: key))
    }
}

extension KeyedEncodingContainer {
    package mutating func encode<Value: Encodable>(_ patch: Patch<Value>, forKey key: Key) throws {
        switch patch {
        case .absent: break
        case .null: try encodeNil(forKey: key)
        case .value(let value): try encode(value, forKey: key)
        }
    }
}
