package import Hummingbird
import NIOCore
package import VinciAPI

/// What an upload form held, with its file on disk.
package struct UploadedForm: Sendable {
    /// Lies at ``file``.
    package let image: ImageFile
    /// To be removed by whoever took the form, when the image has been used.
    package let file: SpoolFile
    /// The text fields; read them with ``fields``.
    package let texts: [String: String]

    package var fields: FieldReader { FieldReader(texts: texts) }
}

/// Reads a `multipart/form-data` body as it arrives: its file goes to disk and is hashed on the way, and each limit is kept
/// before the bytes that break it are stored.
package enum UploadForm {
    /// - Throws: after which nothing is left on disk.
    package static func read(
        _ request: Request, _ context: GatewayRequestContext, shape: FormShape, spool: SpoolDirectory
    ) async throws(BodyRefusal) -> UploadedForm {
        let parameters = try MediaType.formData.check(request)
        guard let boundary = parameters["boundary"].flatMap(MultipartBoundary.init) else {
            throw .malformed(detail: "The Content-Type of a form must name a boundary of 1 to 70 characters.")
        }
        let limits = MultipartParser.Limits()
        let reader = try BodyReader(
            request, context, bytesMax: shape.bodyBytesMax(limits), tooLarge: shape.fileTooLarge)
        var upload = Upload(reader: reader, boundary: boundary, limits: limits, shape: shape, spool: spool)
        return try await upload.run()
    }
}

/// One form on its way to disk.
private struct Upload {
    private var reader: BodyReader
    private var parser: MultipartParser
    private var assembly: FormAssembly
    private let spool: SpoolDirectory
    private var writer: SpoolWriter?

    init(
        reader: BodyReader, boundary: MultipartBoundary, limits: MultipartParser.Limits, shape: FormShape,
        spool: SpoolDirectory
    ) {
        self.reader = reader
        parser = MultipartParser(boundary: boundary, limits: limits)
        assembly = FormAssembly(shape: shape)
        self.spool = spool
    }

    mutating func run() async throws(BodyRefusal) -> UploadedForm {
        do throws(BodyRefusal) {
            try await takeAll()
            guard let writer else { throw assembly.fileIsMissing }
            let image = try assembly.image(at: writer.file.path)
            await writer.finish()
            return UploadedForm(image: image, file: writer.file, texts: assembly.texts)
        } catch {
            await writer?.discard()
            throw error
        }
    }

    private mutating func takeAll() async throws(BodyRefusal) {
        while let piece = try await reader.next() {
            parser.feed(piece)
            while let event = try nextEvent() { try await perform(try assembly.take(event)) }
        }
        do {
            try parser.finish()
        } catch {
            throw .malformed(detail: error.detail)
        }
    }

    private mutating func nextEvent() throws(BodyRefusal) -> MultipartParser.Event? {
        do {
            return try parser.next()
        } catch {
            throw .malformed(detail: error.detail)
        }
    }

    private mutating func perform(_ step: FormAssembly.Step) async throws(BodyRefusal) {
        do throws(SpoolFault) {
            switch step {
            case .openFile: writer = try await spool.open()
            case .writeFile(let bytes): try await writer?.write(bytes)
            case .none: break
            }
        } catch {
            throw .storageFailed(reason: "\(error.call): \(error.reason)")
        }
    }
}

extension FormShape {
    /// The most that a form within all other limits can have: both contents, every part's headers, every boundary.
    fileprivate func bodyBytesMax(_ limits: MultipartParser.Limits) -> Int {
        fileBytesMax + textBytesMax + (limits.partsMax + 1) * (limits.partHeadBytesMax + 128)
    }
}
