import Foundation

/// How our side writes and reads Vinci's JSON: keys in a fixed order, slashes as they are, numbers exact.
package enum VinciJSON {
    /// - Throws: only for values that JSON cannot hold (a `Decimal` that is not a number).
    package static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    package static func read<Value: Decodable>(_ type: Value.Type, from bytes: some Sequence<UInt8>) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}
