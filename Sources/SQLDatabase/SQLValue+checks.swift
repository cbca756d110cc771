import Foundation

extension SQLValue {
    /// - number: of the parameter, for the message.
    /// - Throws: `.statement` for what an engine would cut or not take at all.
    package func checkStorable(as number: Int) throws(SQLFailure) {
        switch self {
        case .null, .integer:
            return
        case .text(let text):
            guard !text.containsZero else {
                throw .statement(reason: "$\(number) is text with U+0000")
            }
            try Self.checkSize(text.utf8.count, of: number)
        case .blob(let bytes):
            try Self.checkSize(bytes.count, of: number)
        }
    }

    private static func checkSize(_ bytes: Int, of number: Int) throws(SQLFailure) {
        guard bytes <= bytesMax else {
            throw .statement(reason: "$\(number) has \(bytes) bytes, at most \(bytesMax) are taken")
        }
    }

    // Far above any value of ours and below the limit of each engine (10^9; GRDB meets SQLite's with a trap).
    private static let bytesMax = 64 << 20
}

extension String {
    /// Every text of every statement is looked through: by the system's search, which takes many bytes at once.
    fileprivate var containsZero: Bool {
        let found = utf8.withContiguousStorageIfAvailable { bytes in
            bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
        }
        return found ?? utf8.contains(0)
    }
}

extension SQLFailure {
    /// What every engine says to a result that is no whole number: money never passes through a fraction.
    /// - column: counted from 0.
    package static func fraction(column: Int) -> SQLFailure {
        .statement(reason: "column \(column) is a fraction; amounts are whole micro-dollars")
    }

    /// A tampered store must show, so bad text is not repaired.
    package static func notUTF8(column: Int) -> SQLFailure {
        .unexpectedRow("column \(column) holds text that is not UTF-8")
    }
}
