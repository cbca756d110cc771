/// Why bytes are not the form that they claim to be.
enum MultipartFault: Error, Equatable, Sendable {
    case noOpeningBoundary
    case boundaryLine
    case tooManyParts(max: Int)
    case partHeadTooLarge(max: Int)
    case partHeader
    case noName
    case transferEncoding
    case charset
    case cutOff
    case trailingBytes

    /// Completes `The form …`.
    var detail: String {
        switch self {
        case .noOpeningBoundary: "The form must begin with its boundary."
        case .boundaryLine: "The form has a boundary that neither ends a line nor the form."
        case .tooManyParts(let max): "The form must have at most \(max) parts."
        case .partHeadTooLarge(let max): "The headers of a part must be at most \(max) bytes."
        case .partHeader: "A part of the form has a malformed header."
        case .noName: "Each part of the form must have the header Content-Disposition: form-data with a name."
        case .transferEncoding: "Parts of the form must be sent without Content-Transfer-Encoding."
        case .charset: "The text of the form must be in UTF-8."
        case .cutOff: "The form ended before its closing boundary."
        case .trailingBytes: "The form goes on after its closing boundary."
        }
    }
}
