import NIOCore

/// Splits a `multipart/form-data` body into its parts as it arrives. Pure: bytes in, events out, the same events however
/// the bytes are cut.
///
/// Own code, because no multipart parser is packaged for us. Stricter than RFC 2046 where no client needs the freedom:
/// nothing before the first boundary, no padding after one, nothing but a line end after the last.
struct MultipartParser {
    enum Event: Equatable {
        case partBegan(PartHead)
        case bytes(ByteBuffer)
        case partEnded
    }

    struct Limits: Equatable, Sendable {
        var partsMax = 8
        /// Bytes of one part's headers.
        var partHeadBytesMax = 8 * 1024
    }

    private enum State {
        case opening, boundaryEnd, head, content, closed
    }

    /// What ends a part's content: a line end, two hyphens, the boundary.
    private let delimiter: [UInt8]
    private let limits: Limits
    private var state = State.opening
    private var waiting = ByteBuffer()
    private var parts = 0

    init(boundary: MultipartBoundary, limits: Limits = Limits()) {
        delimiter = Array("\r\n--".utf8) + boundary.bytes
        self.limits = limits
    }

    mutating func feed(_ bytes: ByteBuffer) {
        guard waiting.readableBytes > 0 else {
            waiting = bytes
            return
        }
        waiting.discardReadBytes()
        waiting.writeImmutableBuffer(bytes)
    }

    /// The next event, or nil when more bytes are needed.
    mutating func next() throws(MultipartFault) -> Event? {
        while true {
            switch state {
            case .opening: guard try takeOpening() else { return nil }
            case .boundaryEnd: guard try takeBoundaryEnd() else { return nil }
            case .head: return try takeHead().map(Event.partBegan)
            case .content: return takeContent()
            case .closed:
                try checkTrailer()
                return nil
            }
        }
    }

    /// To be called after the last bytes.
    func finish() throws(MultipartFault) {
        guard case .closed = state else { throw .cutOff }
        guard waiting.readableBytes == 0 || waiting.readableBytesView.elementsEqual("\r\n".utf8) else {
            throw .trailingBytes
        }
    }
}

// One step for each state; `false` or nil: more bytes are needed.
extension MultipartParser {
    private mutating func takeOpening() throws(MultipartFault) -> Bool {
        let opening = delimiter.dropFirst(2)
        let given = waiting.readableBytesView.prefix(opening.count)
        guard opening.starts(with: given) else { throw .noOpeningBoundary }
        guard given.count == opening.count else { return false }
        waiting.moveReaderIndex(forwardBy: opening.count)
        state = .boundaryEnd
        return true
    }

    private mutating func takeBoundaryEnd() throws(MultipartFault) -> Bool {
        let end = waiting.readableBytesView.prefix(2)
        guard "\r\n".utf8.starts(with: end) || "--".utf8.starts(with: end) else { throw .boundaryLine }
        guard end.count == 2 else { return false }
        guard end.first == UInt8(ascii: "\r") else {
            state = .closed
            waiting.moveReaderIndex(forwardBy: 2)
            return true
        }
        guard parts < limits.partsMax else { throw .tooManyParts(max: limits.partsMax) }
        parts += 1
        state = .head
        waiting.moveReaderIndex(forwardBy: 2)
        return true
    }

    private mutating func takeHead() throws(MultipartFault) -> PartHead? {
        let view = waiting.readableBytesView.prefix(limits.partHeadBytesMax + MultipartParser.headEnd.count)
        guard let end = view.firstRange(of: MultipartParser.headEnd) else {
            guard waiting.readableBytes < limits.partHeadBytesMax + MultipartParser.headEnd.count else {
                throw .partHeadTooLarge(max: limits.partHeadBytesMax)
            }
            return nil
        }
        let head = try PartHead(view[..<end.lowerBound])
        waiting.moveReaderIndex(forwardBy: view.distance(from: view.startIndex, to: end.upperBound))
        state = .content
        return head
    }

    /// Hands out everything that cannot belong to the delimiter.
    private mutating func takeContent() -> Event? {
        let view = waiting.readableBytesView
        guard view.startIndex < view.endIndex else { return nil }
        let candidate = firstDelimiter(in: view)
        let free = view.distance(from: view.startIndex, to: candidate)
        if free > 0 { return waiting.readSlice(length: free).map(Event.bytes) }
        guard view.count >= delimiter.count else { return nil }
        waiting.moveReaderIndex(forwardBy: delimiter.count)
        state = .boundaryEnd
        return .partEnded
    }

    /// Where the delimiter begins, or might begin if the rest of it were still to come; otherwise the end.
    private func firstDelimiter(in view: ByteBufferView) -> ByteBufferView.Index {
        var from = view.startIndex
        while let carriageReturn = view[from...].firstIndex(of: UInt8(ascii: "\r")) {
            from = carriageReturn + 1
            // Settles almost every carriage return of an image at the cost of one comparison.
            guard from == view.endIndex || view[from] == UInt8(ascii: "\n") else { continue }
            if delimiter.starts(with: view[carriageReturn...].prefix(delimiter.count)) { return carriageReturn }
        }
        return view.endIndex
    }

    private func checkTrailer() throws(MultipartFault) {
        guard "\r\n".utf8.starts(with: waiting.readableBytesView.prefix(3)) else { throw .trailingBytes }
    }

    private static let headEnd = Array("\r\n\r\n".utf8)
}
