/// A `Range` header (RFC 9110, 14.2) held against a file.
enum RangeHeader: Equatable {
    /// The whole file: no header, another unit, several ranges or no sense in it. The RFC lets a server ignore those.
    case whole
    case part(Range<Int>)
    case unsatisfiable

    /// - length: of the file, at least 1.
    init(_ header: String?, length: Int) {
        guard let header, let bounds = RangeHeader.bounds(header) else {
            self = .whole
            return
        }
        switch bounds {
        case (let first?, let last):
            guard first <= last ?? .max else {
                self = .whole
                return
            }
            self = first < length ? .part(first..<(min(last ?? .max, length - 1) + 1)) : .unsatisfiable
        case (nil, let count?):
            self = count > 0 ? .part(max(0, length - count)..<length) : .unsatisfiable
        case (nil, nil):
            self = .whole
        }
    }

    /// The numbers before and behind the one `-`; nil for anything but one byte range.
    private static func bounds(_ header: String) -> (Int?, Int?)? {
        let parts = header.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
        let bounds = parts[1].utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.allSatisfy(isDigit) }) else { return nil }
        return (number(bounds[0]), number(bounds[1]))
    }

    /// Nil for no digits at all; more digits than a number has are as good as the largest one.
    private static func number(_ digits: Substring.UTF8View) -> Int? {
        digits.isEmpty ? nil : Int(String(Substring(digits))) ?? .max
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
