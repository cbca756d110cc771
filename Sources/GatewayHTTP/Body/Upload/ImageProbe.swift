import NIOCore
import VinciAPI

/// Tells what a file is from its first bytes, as they arrive; its name and declared type are not asked.
struct ImageProbe {
    enum Fault: Error, Equatable {
        case notAnImage
        /// - reason: completes `image …`.
        case damaged(reason: String)
    }

    /// Pixels of either side. Not a limit of taste: beyond it a header is damaged or hostile.
    static let sideMax = 65_535

    private enum State {
        case signature([UInt8])
        case jpeg(JPEGProbe)
        case png(PNGProbe)
        case recognised(ImageFile.Format)
    }

    private var state = State.signature([])

    /// Takes more of the file.
    mutating func feed(_ bytes: ByteBuffer) throws(Fault) {
        var rest = bytes.readableBytesView[...]
        while let byte = rest.first {
            switch state {
            case .recognised:
                return
            case .jpeg(var probe) where probe.isSkipping:
                rest = rest.dropFirst(probe.skip(atMost: rest.count))
                state = .jpeg(probe)
            default:
                try feed(byte)
                rest = rest.dropFirst()
            }
        }
    }

    /// What the file is, now that all of it has been fed.
    func format() throws(Fault) -> ImageFile.Format {
        switch state {
        case .recognised(let format): return format
        case .signature: throw .notAnImage
        case .jpeg, .png: throw .damaged(reason: "ends before its dimensions")
        }
    }

    private mutating func feed(_ byte: UInt8) throws(Fault) {
        switch state {
        case .signature(let start):
            state = try ImageProbe.state(after: start + [byte])
        case .jpeg(var probe):
            let isDone = try probe.feed(byte)
            state = isDone ? .recognised(.jpeg) : .jpeg(probe)
        case .png(var probe):
            let isDone = try probe.feed(byte)
            state = isDone ? .recognised(.png) : .png(probe)
        case .recognised:
            break
        }
    }

    private static func state(after start: [UInt8]) throws(Fault) -> State {
        if start == JPEGProbe.signature { return .jpeg(JPEGProbe()) }
        if start == PNGProbe.signature { return .png(PNGProbe()) }
        guard JPEGProbe.signature.starts(with: start) || PNGProbe.signature.starts(with: start) else {
            throw .notAnImage
        }
        return .signature(start)
    }

    static func checkSides(_ width: Int, _ height: Int) throws(Fault) {
        guard (1...sideMax).contains(width), (1...sideMax).contains(height) else {
            throw .damaged(reason: "has impossible dimensions: \(width) by \(height) pixels")
        }
    }
}
