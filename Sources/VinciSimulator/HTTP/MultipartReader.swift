/// Splits a `multipart/form-data` body (RFC 7578) while it arrives; holds at most one line or one delimiter back.
///
/// A pure machine: bytes in, events out.
struct MultipartReader: Sendable {
    enum Event: Sendable, Equatable {
        case partBegan(MultipartPart)
        case content([UInt8])
        case partEnded
    }

    private enum State: Sendable {
        /// Before the first delimiter.
        case preamble
        /// Right behind a delimiter.
        case delimiter
        case headers
        case content
        /// Behind the closing delimiter; what follows is ignored.
        case closed
    }

    private static let headerBytesMax = 8 * 1024
    private static let partsMax = 16

    private let delimiter: [UInt8]
    private var state = State.preamble
    private var partCount = 0
    // The body is taken to follow a line break, so that its first delimiter looks like all others.
    private var pending: [UInt8] = [13, 10]
    /// The line break that ended the headers is still in front of the content.
    private var isContentStart = false

    init(boundary: String) { delimiter = Array("\r\n--\(boundary)".utf8) }

    /// - Throws: `.unreadable` when the bytes cannot be a form.
    mutating func feed(_ bytes: some Sequence<UInt8>) throws(VinciRefusal) -> [Event] {
        pending += bytes
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// - Throws: `.unreadable` when the body ended before its closing delimiter.
    func finish() throws(VinciRefusal) {
        guard case .closed = state else { throw .unreadable("The form ends before its closing delimiter.") }
    }

    /// - Returns: false when more bytes are needed.
    private mutating func step(_ events: inout [Event]) throws(VinciRefusal) -> Bool {
        switch state {
        case .preamble: return skipPreamble()
        case .delimiter: return try passDelimiter()
        case .headers: return try readHeaders(&events)
        case .content: return readContent(&events)
        case .closed:
            pending = []
            return false
        }
    }

    private mutating func skipPreamble() -> Bool {
        guard let found = pending.firstOffset(of: delimiter) else {
            pending = pending.suffix(delimiter.count - 1)
            return false
        }
        pending.removeFirst(found + delimiter.count)
        state = .delimiter
        return true
    }

    private mutating func passDelimiter() throws(VinciRefusal) -> Bool {
        guard pending.count >= 2 else { return false }
        switch (pending[0], pending[1]) {
        case (UInt8(ascii: "-"), UInt8(ascii: "-")):
            state = .closed
        case (13, 10):
            partCount += 1
            guard partCount <= Self.partsMax else { throw .unreadable("The form has more than 16 parts.") }
            // The line break stays: it makes the blank line behind empty headers look like any other.
            state = .headers
        default:
            throw .unreadable("A delimiter of the form is not followed by a line break.")
        }
        return true
    }

    private mutating func readHeaders(_ events: inout [Event]) throws(VinciRefusal) -> Bool {
        let blankLine: [UInt8] = [13, 10, 13, 10]
        guard let end = pending.firstOffset(of: blankLine) else {
            guard pending.count <= Self.headerBytesMax else { throw .unreadable("A part's headers are too long.") }
            return false
        }
        events.append(.partBegan(try MultipartPart(headers: String(decoding: pending.prefix(end), as: UTF8.self))))
        // The second line break stays: content may be empty, and its delimiter then begins with it.
        pending.removeFirst(end + 2)
        state = .content
        isContentStart = true
        return true
    }

    private mutating func readContent(_ events: inout [Event]) -> Bool {
        if let found = pending.firstOffset(of: delimiter) {
            emit(pending.prefix(found), to: &events)
            events.append(.partEnded)
            pending.removeFirst(found + delimiter.count)
            state = .delimiter
            return true
        }
        let kept = delimiter.count - 1
        guard pending.count > kept + 2 else { return false }
        emit(pending.prefix(pending.count - kept), to: &events)
        pending.removeFirst(pending.count - kept)
        return false
    }

    private mutating func emit(_ bytes: ArraySlice<UInt8>, to events: inout [Event]) {
        let content = isContentStart ? bytes.dropFirst(2) : bytes
        isContentStart = false
        if !content.isEmpty { events.append(.content(Array(content))) }
    }
}

extension [UInt8] {
    /// Offset of the first occurrence of `pattern`, which begins with a carriage return.
    fileprivate func firstOffset(of pattern: [UInt8]) -> Int? {
        var start = 0
        while let candidate = self[start...].firstIndex(of: 13) {
            if self[candidate...].starts(with: pattern) { return candidate }
            start = candidate + 1
        }
        return nil
    }
}
