package import Foundation
package import NIOCore
package import NIOHTTP1
package import VinciAPI

/// One reply as it came over the wire.
package struct WebAnswer: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: ByteBuffer

    package var text: String { String(buffer: body) }
    package var json: JSONValue? { try? JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView)) }

    /// A top-level field of a JSON body; nil for other bodies.
    package subscript(field: String) -> JSONValue? { json?[field] }

    package func header(_ name: String) -> String? { headers.first(name: name) }

    /// Of a problem or of Vinci's own errors.
    package var detail: String? { self["detail"]?.string }
    package var code: String? { self["code"]?.string }

    /// Everything that came, for searches and for comparisons byte by byte.
    package var wire: String {
        "\(status)\n" + headers.map { "\($0.name): \($0.value)\n" }.joined() + "\n" + text
    }

    /// ``wire`` without what differs between any two replies: request id, date, the counters of the rate limit, and
    /// whether the connection is kept, which depends on how much of an unread body had arrived.
    package var wireWithoutChance: String {
        let chance: Set = [
            "x-request-id", "date", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "connection",
        ]
        let kept = headers.filter { !chance.contains($0.name.lowercased()) }.map { "\($0.name): \($0.value)\n" }
        let body = text.replacing(/"request_id":"[^"]*"/, with: #""request_id":"""#)
        return "\(status)\n" + kept.joined() + "\n" + body
    }
}

extension JSONValue {
    package subscript(field: String) -> JSONValue? {
        if case .object(let fields) = self { fields[field] } else { nil }
    }

    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var decimal: Decimal? { if case .number(let number) = self { number } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var list: [JSONValue]? { if case .array(let list) = self { list } else { nil } }
    package var fields: Set<String>? { if case .object(let fields) = self { Set(fields.keys) } else { nil } }
}

/// An exact amount of dollars, for comparisons with JSON numbers.
package func usd(_ text: String) -> Decimal? { Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")) }
