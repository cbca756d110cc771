import GatewayCore

/// A Vinci API key that can stand in a header. The only file of this room that reads the key's text.
struct UpstreamKey: Sendable {
    private let secret: Secret

    /// - Throws: what is wrong with the text, without the text.
    init(_ secret: Secret) throws(UpstreamKeyProblem) {
        let text = secret.reveal()
        guard !text.isEmpty else { throw .empty }
        guard text.utf8.count <= 512 else { throw .tooLong }
        // A line break or space here would be a header of somebody else's choosing.
        guard text.isVisibleASCII else { throw .notVisibleASCII }
        self.secret = secret
    }

    /// Value of the `Authorization` header.
    var authorization: String { "Bearer \(secret.reveal())" }

    /// Byte by byte: every reply to an order is looked through, and `String.contains` first builds tables of both texts.
    func occurs(in text: String) -> Bool {
        var text = text
        var key = secret.reveal()
        return text.withUTF8 { text in
            key.withUTF8 { key in
                guard text.count >= key.count else { return false }
                return (0...text.count - key.count).contains { text[$0..<$0 + key.count].elementsEqual(key) }
            }
        }
    }

    /// Scalar by scalar, so that an accent behind the key does not hide it.
    func hidden(in text: String) -> String {
        let scalars = Array(text.unicodeScalars).replacing(secret.reveal().unicodeScalars, with: "***".unicodeScalars)
        return String(String.UnicodeScalarView(scalars))
    }
}

/// Why a text cannot be a Vinci API key. Never carries the text.
package enum UpstreamKeyProblem: Error, Sendable, Equatable, CustomStringConvertible {
    case empty
    case tooLong
    case notVisibleASCII

    package var description: String {
        switch self {
        case .empty: "the API key is empty"
        case .tooLong: "the API key is longer than 512 characters"
        case .notVisibleASCII:
            "the API key contains a space, a line break or another character that is not visible ASCII"
        }
    }
}
