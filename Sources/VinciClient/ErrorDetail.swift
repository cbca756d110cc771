import Foundation

/// The `detail` of an error body: a sentence, or FastAPI's list of `{"loc": […], "msg": …}`.
struct ErrorDetail: Decodable {
    /// As the server wrote it: to be cleaned before it goes anywhere.
    let text: String

    /// - Returns: nil when the body is no JSON object with a readable `detail`.
    init?(json: Data) {
        guard let detail = try? JSONDecoder().decode(ErrorDetail.self, from: json), !detail.text.isEmpty else {
            return nil
        }
        self = detail
    }

    init(from decoder: any Decoder) throws {
        let body = try decoder.container(keyedBy: CodingKeys.self)
        if let sentence = try? body.decode(String.self, forKey: .detail) {
            text = sentence
        } else {
            text = try body.decode([Finding].self, forKey: .detail).map(\.text).joined(separator: "; ")
        }
    }

    private enum CodingKeys: CodingKey { case detail }

    /// One finding of FastAPI's validation. `input`, which repeats the client's own words, is not read.
    private struct Finding: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let body = try decoder.container(keyedBy: CodingKeys.self)
            let message = try body.decode(String.self, forKey: .msg)
            let place = ((try? body.decode([Step].self, forKey: .loc)) ?? []).map(\.text).filter { $0 != "body" }
            text = place.isEmpty ? message : "\(place.joined(separator: ".")): \(message)"
        }

        private enum CodingKeys: CodingKey { case loc, msg }
    }

    /// A field name or an index.
    private struct Step: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            text = try (try? value.decode(String.self)) ?? String(value.decode(Int.self))
        }
    }
}
