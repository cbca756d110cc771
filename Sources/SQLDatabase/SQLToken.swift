/// A piece of SQL text. Joined again, the pieces of a text are that text, byte for byte.
///
/// This is as much of SQL as the drivers must understand to leave quotes and comments alone: where words, parameters
/// and statements end. Whether the statement makes sense is the engine's to say.
package struct SQLToken: Sendable, Equatable {
    package enum Kind: Sendable {
        /// A keyword, a plain identifier or a number.
        case word
        /// `$1`, `$2` … as one piece.
        case parameter
        /// `'text'` or `"identifier"`, with its quotes; a doubled quote inside does not end it.
        case quoted
        /// `-- to the end of the line` without the line break, or `/* … */`, which does not nest.
        case comment
        case space
        /// Any other single character.
        case symbol
    }

    package var kind: Kind
    package var text: Substring

    package init(kind: Kind, text: Substring) {
        self.kind = kind
        self.text = text
    }

    /// Whether this is the keyword `word`, whatever its case. Quoted words are never keywords.
    /// - word: in capitals.
    package func isKeyword(_ word: String) -> Bool {
        kind == .word && text.uppercased() == word
    }

    /// Whether an engine reads this at all.
    package var isMeaningful: Bool { kind != .space && kind != .comment }

    /// All pieces of `sql`, in order. An unfinished quote or comment reaches to the end of the text.
    package static func tokens(of sql: String) -> [SQLToken] {
        var tokens: [SQLToken] = []
        var rest = sql[...]
        while let first = rest.utf8.first {
            let (kind, end) = rest.piece(startingWith: first)
            tokens.append(SQLToken(kind: kind, text: rest[..<end]))
            rest = rest[end...]
        }
        return tokens
    }
}

extension Substring {
    fileprivate func piece(startingWith first: UInt8) -> (SQLToken.Kind, Index) {
        switch first {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            return (.quoted, endOfQuote(first))
        case UInt8(ascii: "-") where hasPrefix("--"):
            return (.comment, end { $0 != UInt8(ascii: "\n") })
        case UInt8(ascii: "/") where hasPrefix("/*"):
            return (.comment, endOfBlockComment())
        case UInt8(ascii: "$") where dropFirst().utf8.first?.isDigit == true:
            return (.parameter, dropFirst().end { $0.isDigit })
        default:
            if first.isBlank { return (.space, end { $0.isBlank }) }
            if first.isWordByte { return (.word, end { $0.isWordByte || $0 == UInt8(ascii: "$") }) }
            return (.symbol, utf8.index(after: startIndex))
        }
    }

    private func end(while belongs: (UInt8) -> Bool) -> Index {
        utf8.firstIndex { !belongs($0) } ?? endIndex
    }

    // `''` inside quotes is a quote character. Read as two quoted pieces side by side it would come to the same, but
    // then a piece could not be tested on its own.
    private func endOfQuote(_ quote: UInt8) -> Index {
        var index = utf8.index(after: startIndex)
        while let next = utf8[index...].firstIndex(of: quote) {
            index = utf8.index(after: next)
            guard index < endIndex, utf8[index] == quote else { return index }
            index = utf8.index(after: index)
        }
        return endIndex
    }

    private func endOfBlockComment() -> Index {
        var index = utf8.index(startIndex, offsetBy: 2)
        while let star = utf8[index...].firstIndex(of: UInt8(ascii: "*")) {
            index = utf8.index(after: star)
            if index < endIndex, utf8[index] == UInt8(ascii: "/") { return utf8.index(after: index) }
        }
        return endIndex
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
    fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || 0x09...0x0D ~= self }

    // Both engines take every byte of a non-ASCII character as part of a word.
    fileprivate var isWordByte: Bool {
        isDigit || UInt8(ascii: "a")...UInt8(ascii: "z") ~= self || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self
            || self == UInt8(ascii: "_") || self >= 0x80
    }
}
