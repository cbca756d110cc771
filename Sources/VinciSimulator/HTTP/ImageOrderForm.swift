import Crypto
import Hummingbird
import NIOCore
import VinciAPI

/// Form of `POST /v1/generate/image-to-video`, read while it arrives; of the image only a digest is kept.
struct ImageOrderForm: Sendable {
    static let fieldBytesMax = 16 * 1024
    private static let fields: Set = ["image", "prompt", "duration_seconds"]

    private var current: MultipartPart?
    private var texts: [String: [UInt8]] = [:]
    private var image: ImageIntake?

    static func read(_ request: Request) async throws -> VideoOrder {
        var reader = MultipartReader(boundary: try boundary(of: request))
        var form = ImageOrderForm()
        for try await part in request.body {
            for event in try reader.feed(part.readableBytesView) { try form.take(event) }
        }
        try reader.finish()
        return try form.order()
    }

    private static func boundary(of request: Request) throws(VinciRefusal) -> String {
        let type = HeaderParameters(request.headers[.contentType] ?? "")
        guard type.value.lowercased() == "multipart/form-data", let boundary = type["boundary"],
            (1...70).contains(boundary.utf8.count)
        else { throw .invalidField("Content-Type", rule: "must be multipart/form-data with a boundary") }
        return boundary
    }

    private mutating func take(_ event: MultipartReader.Event) throws(VinciRefusal) {
        switch event {
        case .partBegan(let part): try begin(part)
        case .content(let bytes): try take(bytes)
        case .partEnded: current = nil
        }
    }

    private mutating func begin(_ part: MultipartPart) throws(VinciRefusal) {
        guard Self.fields.contains(part.name) else {
            throw .invalidField(part.name, rule: "is not a field of this call")
        }
        guard texts[part.name] == nil, part.name != "image" || image == nil else {
            throw .invalidField(part.name, rule: "is given twice")
        }
        guard part.isFile == (part.name == "image") else {
            throw .invalidField(part.name, rule: part.isFile ? "must not be a file" : "must be a file")
        }
        current = part
        if part.isFile { image = ImageIntake() } else { texts[part.name] = [] }
    }

    private mutating func take(_ bytes: [UInt8]) throws(VinciRefusal) {
        guard let current else { return }
        if current.isFile {
            try image?.take(bytes)
        } else {
            texts[current.name, default: []] += bytes
            guard texts[current.name, default: []].count <= Self.fieldBytesMax else {
                throw .invalidField(current.name, rule: "is too long")
            }
        }
    }

    private func order() throws(VinciRefusal) -> VideoOrder {
        guard let image else { throw .invalidField("image", rule: "is required") }
        let prompt = try OrderFields.prompt(text("prompt"))
        let seconds = try OrderFields.seconds(text("duration_seconds"))
        return VideoOrder(kind: .image, prompt: prompt, seconds: seconds, image: try image.received())
    }

    private func text(_ name: String) throws(VinciRefusal) -> String? {
        guard let bytes = texts[name] else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .invalidField(name, rule: "must be UTF-8 text")
        }
        return text
    }
}

/// Takes an image in portions: its size, its digest, and the first bytes that tell its format.
struct ImageIntake: Sendable {
    private static let signatures: [(ImageFile.Format, [UInt8])] = [
        (.jpeg, [0xFF, 0xD8, 0xFF]),
        (.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
    ]

    private var head: [UInt8] = []
    private var byteCount = 0
    private var hash = SHA256()

    mutating func take(_ bytes: [UInt8]) throws(VinciRefusal) {
        byteCount += bytes.count
        guard byteCount <= VinciLimits.imageBytesMax else {
            throw .fileTooLarge(bytesMax: VinciLimits.imageBytesMax)
        }
        if head.count < 8 { head += bytes.prefix(8 - head.count) }
        hash.update(data: bytes)
    }

    func received() throws(VinciRefusal) -> ReceivedImage {
        guard let (format, _) = Self.signatures.first(where: { head.starts(with: $0.1) }) else {
            throw .invalidField("image", rule: "must be a JPEG or PNG file")
        }
        return ReceivedImage(
            contentType: format.contentType, byteCount: byteCount, sha256: Digest.hex(of: hash.finalize()))
    }
}
