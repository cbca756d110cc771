import Crypto
import NIOCore
import VinciAPI

/// Follows a form's parts, keeps its texts, and says what to do with the bytes of its file. Pure.
struct FormAssembly {
    enum Step: Equatable {
        case openFile
        case writeFile(ByteBuffer)
        /// Nothing to do on disk.
        case none
    }

    private enum Part {
        case between
        case file
        case text(name: String, ByteBuffer)
    }

    private struct FileTally {
        var probe = ImageProbe()
        var digest = SHA256()
        var byteCount = 0
    }

    private let shape: FormShape
    private var part = Part.between
    private var file: FileTally?
    private var textBytes = 0
    private(set) var texts: [String: String] = [:]

    init(shape: FormShape) { self.shape = shape }

    mutating func take(_ event: MultipartParser.Event) throws(BodyRefusal) -> Step {
        switch event {
        case .partBegan(let head): return try begin(head)
        case .bytes(let bytes): return try add(bytes)
        case .partEnded:
            try end()
            return .none
        }
    }

    var fileIsMissing: BodyRefusal {
        .invalidField(InvalidField(shape.file, "is required and must be a JPEG or PNG file"))
    }

    /// The file as it lies at `path`, now that the form is complete.
    func image(at path: String) throws(BodyRefusal) -> ImageFile {
        guard let file else { throw fileIsMissing }
        let format: ImageFile.Format
        do {
            format = try file.probe.format()
        } catch {
            throw refusal(error)
        }
        return ImageFile(path: path, byteCount: file.byteCount, format: format, sha256: Array(file.digest.finalize()))
    }
}

extension FormAssembly {
    private mutating func begin(_ head: PartHead) throws(BodyRefusal) -> Step {
        let name = head.name
        if name == shape.file {
            guard head.isFile else { throw .invalidField(InvalidField(name, "must be a file, sent with a file name")) }
            guard file == nil else { throw .invalidField(InvalidField(name, "must be given once")) }
            file = FileTally()
            part = .file
            return .openFile
        }
        guard shape.texts.contains(name) else { throw .invalidField(InvalidField(name, "is not a known field")) }
        guard !head.isFile else { throw .invalidField(InvalidField(name, "must be text, not a file")) }
        guard texts[name] == nil else { throw .invalidField(InvalidField(name, "must be given once")) }
        part = .text(name: name, ByteBuffer())
        return .none
    }

    private mutating func add(_ bytes: ByteBuffer) throws(BodyRefusal) -> Step {
        switch part {
        case .between:
            return .none
        case .file:
            try addToFile(bytes)
            return .writeFile(bytes)
        case .text(let name, var text):
            textBytes += bytes.readableBytes
            guard textBytes <= shape.textBytesMax else {
                throw .tooLarge(
                    detail: "The text fields of the form must be at most \(shape.textBytesMax) bytes together.")
            }
            text.writeImmutableBuffer(bytes)
            part = .text(name: name, text)
            return .none
        }
    }

    private mutating func addToFile(_ bytes: ByteBuffer) throws(BodyRefusal) {
        // Changed in place: a copy of the tally would copy the digest's state for each piece.
        file?.byteCount += bytes.readableBytes
        guard file?.byteCount ?? 0 <= shape.fileBytesMax else { throw .tooLarge(detail: shape.fileTooLarge) }
        do {
            try file?.probe.feed(bytes)
        } catch {
            throw refusal(error)
        }
        file?.digest.update(data: bytes.readableBytesView)
    }

    private mutating func end() throws(BodyRefusal) {
        if case .text(let name, let bytes) = part {
            guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else {
                throw .invalidField(InvalidField(name, "must be well-formed UTF-8"))
            }
            texts[name] = text
        }
        part = .between
    }

    private func refusal(_ fault: ImageProbe.Fault) -> BodyRefusal {
        switch fault {
        case .notAnImage: .unsupportedMediaType(detail: "\(shape.file) must be a JPEG or PNG file.")
        case .damaged(let reason): .invalidField(InvalidField(shape.file, reason))
        }
    }
}

extension FormShape {
    var fileTooLarge: String { "File too large. \(file) must be at most \(fileBytesMax) bytes." }
}
