import Foundation
import NIOCore

/// JSON as the simulator writes it: keys sorted, slashes as they are.
enum JSONText {
    static func data(of value: some Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Only NaN and keyless values fail to encode, and the simulator's own shapes have neither.
        return (try? encoder.encode(value)) ?? Data("null".utf8)
    }

    static func text(of value: some Encodable) -> String { String(decoding: data(of: value), as: UTF8.self) }

    static func buffer(of value: some Encodable) -> ByteBuffer { ByteBuffer(bytes: data(of: value)) }
}
