import Foundation
import VinciAPI

/// Reads Vinci's JSON replies into checked values. A field that decides about money or identity must be right; one that is
/// only shown is dropped when it is not.
struct ReplyReader: Sendable {
    let clean: CleanText

    /// False for a body that ended with the connection, unless it proves by its JSON that it is all there.
    func isWhole(_ reply: HTTPReply) -> Bool {
        reply.announcedItsEnd || (try? JSONDecoder().decode(AnyObject.self, from: reply.json)) != nil
    }

    /// The server's explanation, cleaned; or a sentence of ours.
    func detail(_ reply: HTTPReply) -> String {
        let text = ErrorDetail(json: reply.json).map { clean($0.text) } ?? ""
        return text.isEmpty ? "Vinci answered with status \(reply.status) and no explanation" : text
    }

    func decode<Shape: Decodable>(_ shape: Shape.Type, from json: Data) throws(UnreadableReply) -> Shape {
        do {
            return try JSONDecoder().decode(shape, from: json)
        } catch let error as DecodingError {
            throw UnreadableReply(error)
        } catch {
            throw .notJSON
        }
    }

    /// A text that will be kept and shown as it is.
    func safe(_ text: String, _ field: String) throws(UnreadableReply) -> String {
        // A server that repeats our key must not make us publish it.
        guard !clean.key.occurs(in: text) else { throw .repeatsKey(field) }
        return text
    }

    private struct AnyObject: Decodable {
        init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: NoKeys.self) }
        private enum NoKeys: CodingKey {}
    }
}

/// Why a complete 2xx reply is not the documented one.
enum UnreadableReply: Error, Equatable {
    case notJSON
    /// Missing, of the wrong type or out of range.
    case field(String)
    case repeatsKey(String)

    init(_ error: DecodingError) {
        // The path holds names of our own coding keys and list positions, never text of the server.
        let path: [any CodingKey] =
            switch error {
            case .keyNotFound(let key, let context): context.codingPath + [key]
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            @unknown default: []
            }
        let name = path.map { key in key.intValue.map(String.init) ?? key.stringValue }.joined(separator: ".")
        self = name.isEmpty ? .notJSON : .field(name)
    }

    var reason: String {
        switch self {
        case .notJSON: "the reply is not the documented JSON"
        case .field(let name): "the reply's \(name) is missing or not as documented"
        case .repeatsKey(let name): "the reply's \(name) repeats the API key"
        }
    }
}
