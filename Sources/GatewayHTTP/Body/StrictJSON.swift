import Foundation
package import NIOCore
package import VinciAPI

/// Parses a body into one JSON object. `JSONDecoder` is the parser; what it would forgive is refused first.
package enum StrictJSON {
    package static let depthMax = 8

    /// - Throws: `.malformed`, with the place if the parser knows it.
    package static func object(_ body: ByteBuffer) throws(BodyRefusal) -> [String: JSONValue] {
        let bytes = body.readableBytesView
        guard !bytes.isEmpty else { throw .malformed(detail: "The request body is empty; it must be a JSON object.") }
        // JSONDecoder would guess UTF-16 and UTF-32 from byte order marks and zero bytes.
        guard !bytes.contains(0), !bytes.starts(with: [0xEF, 0xBB, 0xBF]),
            String(validating: bytes, as: UTF8.self) != nil
        else {
            throw .malformed(detail: "The request body must be JSON in UTF-8 without a byte order mark.")
        }
        let shape = JSONShape(bytes)
        guard shape.depth <= depthMax else {
            throw .malformed(detail: "The request body must not be nested deeper than \(depthMax) levels.")
        }
        guard !shape.hasDanglingComma else {
            throw .malformed(
                detail: "The request body is not well-formed JSON: a comma stands before a closing bracket.")
        }
        let data = bytes.withUnsafeBytes { Data(buffer: $0.bindMemory(to: UInt8.self)) }
        guard shape.isObject else {
            _ = try decode(JSONValue.self, from: data)
            throw .malformed(detail: "The request body must be a JSON object.")
        }
        return try decode([String: JSONValue].self, from: data)
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data
    ) throws(BodyRefusal) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw .malformed(detail: "The request body is not well-formed JSON\(place(in: data)).")
        }
    }

    /// ` at character 17`, if Foundation's other parser can tell. Its message as a whole may quote the body.
    private static func place(in data: Data) -> String {
        do {
            _ = try JSONSerialization.jsonObject(with: data)
            return ""
        } catch {
            let message = (error as NSError).userInfo["NSDebugDescription"] as? String ?? ""
            guard let found = message.firstMatch(of: /around character ([0-9]+)/) else { return "" }
            return " at character \(found.1)"
        }
    }
}
