/// A `Range` header of one range (RFC 9110, 14.2), applied to a file.
enum ByteRange: Equatable {
    /// No range that this server understands: the whole file is sent, as the RFC allows.
    case whole
    case unsatisfiable
    case part(Range<Int>)

    init(_ text: String, of length: Int) {
        guard text.hasPrefix("bytes="), !text.contains(",") else {
            self = .whole
            return
        }
        let bounds = text.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2 else {
            self = .whole
            return
        }
        switch (Int(bounds[0]), Int(bounds[1])) {
        case (let first?, nil) where bounds[1].isEmpty:
            self = first < length ? .part(first..<length) : .unsatisfiable
        case (let first?, let last?) where first <= last:
            self = first < length ? .part(first..<min(last + 1, length)) : .unsatisfiable
        case (nil, let count?) where bounds[0].isEmpty:
            self = count > 0 ? .part(max(0, length - count)..<length) : .unsatisfiable
        default:
            self = .whole
        }
    }
}
