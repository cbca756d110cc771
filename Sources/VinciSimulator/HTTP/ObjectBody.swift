import Foundation
import Hummingbird
import NIOCore
import VinciAPI

/// A JSON object of a request whose fields are taken one by one; ``finish()`` refuses what is left.
///
/// Vinci's page lists the fields of each call; a field it does not list is refused by name, so that a client's typing
/// error, or a field that a gateway should not have passed on, comes to light.
struct ObjectBody {
    static let bytesMax = 64 * 1024

    private var fields: [String: JSONValue]

    static func read(_ request: Request) async throws -> ObjectBody {
        guard request.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false else {
            throw VinciRefusal.invalidField("Content-Type", rule: "must be application/json")
        }
        return try ObjectBody(Data(try await request.bytes(atMost: bytesMax).readableBytesView))
    }

    init(_ data: Data) throws(VinciRefusal) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: data) else {
            throw .unreadable("The body is not valid JSON.")
        }
        guard case .object(let fields) = value else {
            throw .invalidField("body", rule: "must be a JSON object, not \(value.typeName)")
        }
        self.fields = fields
    }

    mutating func text(_ name: String) throws(VinciRefusal) -> String? {
        guard let value = fields.removeValue(forKey: name) else { return nil }
        guard case .string(let text) = value else {
            throw .invalidField(name, rule: "must be a string, not \(value.typeName)")
        }
        return text
    }

    mutating func whole(_ name: String, _ range: ClosedRange<Int>) throws(VinciRefusal) -> Int? {
        guard let value = fields.removeValue(forKey: name) else { return nil }
        guard let number = value.wholeNumber, range.contains(number) else {
            let rule =
                range.upperBound == .max
                ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw .invalidField(name, rule: "must be a whole number \(rule)")
        }
        return number
    }

    mutating func number(_ name: String) throws(VinciRefusal) -> Decimal? {
        guard let value = fields.removeValue(forKey: name) else { return nil }
        guard case .number(let number) = value else {
            throw .invalidField(name, rule: "must be a number, not \(value.typeName)")
        }
        return number
    }

    func finish() throws(VinciRefusal) {
        if let left = fields.keys.min() { throw .invalidField(left, rule: "is not a field of this call") }
    }
}

extension Request {
    /// - Throws: `VinciRefusal.bodyTooLarge`, or what broke the connection.
    func bytes(atMost bytesMax: Int) async throws -> ByteBuffer {
        var bytes = ByteBuffer()
        for try await part in body {
            guard bytes.readableBytes + part.readableBytes <= bytesMax else {
                throw VinciRefusal.bodyTooLarge(bytesMax: bytesMax)
            }
            bytes.writeImmutableBuffer(part)
        }
        return bytes
    }
}
