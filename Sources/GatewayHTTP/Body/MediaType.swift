import HTTPTypes
import Hummingbird

/// The kinds of body that routes take.
package enum MediaType: Sendable {
    case json
    case formData

    var name: String {
        switch self {
        case .json: "application/json"
        case .formData: "multipart/form-data"
        }
    }

    /// The parameters of the request's `Content-Type`.
    /// - Throws: `.unsupportedMediaType` for another type, and for a character set other than UTF-8.
    func check(_ request: Request) throws(BodyRefusal) -> [String: String] {
        guard request.headers[values: .contentType].count <= 1,
            let given = request.headers[.contentType].flatMap(HeaderParameters.init), given.value == name
        else {
            throw .unsupportedMediaType(detail: "The Content-Type of this request must be \(name).")
        }
        if let charset = given.parameters["charset"], charset.lowercased() != "utf-8" {
            throw .unsupportedMediaType(detail: "The only charset that is read here is utf-8.")
        }
        return given.parameters
    }
}
