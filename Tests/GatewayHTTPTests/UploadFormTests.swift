import Crypto
import Foundation
import GatewayHTTP
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOPosix
import Synchronization
import Testing
import VinciAPI

@Suite("An upload", .timeLimit(.minutes(2))) struct UploadFormTests {
    static let shape = FormShape(file: "image", texts: ["prompt", "duration_seconds"], fileBytesMax: 1 << 20)

    /// A spool directory of its own, removed afterwards.
    static func withSpool(_ body: (SpoolDirectory) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.path + "/spool-\(UUID().uuidString)"
        let spool = SpoolDirectory(path: path, threads: .singleton)
        try await spool.prepare()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(spool)
    }

    static func files(_ spool: SpoolDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: spool.path)
    }

    private static func read(
        _ body: [UInt8], _ spool: SpoolDirectory, shape: FormShape = shape, pieces: Int = 7
    ) async throws(BodyRefusal) -> UploadedForm {
        let (stream, source) = RequestBody.makeStream()
        var fields = HTTPFields()
        fields[.contentType] = "multipart/form-data; boundary=\(Forms.boundary)"
        let request = Request(
            head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/", headerFields: fields), body: stream
        )
        let sending = Task {
            for start in stride(from: 0, to: body.count, by: pieces) {
                await source.yield(ByteBuffer(bytes: body[start..<min(start + pieces, body.count)]))
            }
            source.finish()
        }
        defer { sending.cancel() }
        return try await UploadForm.read(request, .forTests(), shape: shape, spool: spool)
    }

    @Test("lies on disk for its owner only, hashed and recognised, until it is removed")
    func accepted() async throws {
        try await Self.withSpool { spool in
            let form = try await Self.read(Forms.order(), spool)
            #expect(form.image.format == .jpeg)
            #expect(form.image.byteCount == Forms.jpeg.count)
            #expect(form.image.sha256 == Array(SHA256.hash(data: Forms.jpeg)))
            #expect(form.image.path == form.file.path)
            #expect(FileManager.default.contents(atPath: form.image.path) == Data(Forms.jpeg))
            let attributes = try FileManager.default.attributesOfItem(atPath: form.image.path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            var fields = form.fields
            #expect(try fields.required("prompt", .text(characters: 1...2000)) == "a \"smile\"")
            #expect(try fields.required("duration_seconds", .wholeNumber(in: 1...10)) == 6)
            #expect(throws: Never.self) { try fields.end() }
            await form.file.remove()
            await form.file.remove()
            #expect(try Self.files(spool) == [])
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let body: [UInt8]
        let status: Int
        let detail: String

        init(_ body: [UInt8], _ status: Int, _ detail: String) {
            self.body = body
            self.status = status
            self.detail = detail
        }

        var testDescription: String { detail }
    }

    static let refused: [Refused] = [
        Refused(
            Forms.part("name=\"prompt\"", [65]) + Forms.end(), 400, "image is required and must be a JPEG or PNG file."),
        Refused(
            Forms.part("name=\"image\"; filename=\"a\"", Forms.jpeg)
                + Forms.part("name=\"image\"; filename=\"b\"", Forms.jpeg) + Forms.end(), 400,
            "image must be given once."
        ),
        Refused(
            Forms.part("name=\"prompt\"", [65]) + Forms.part("name=\"prompt\"", [66]) + Forms.end(), 400,
            "prompt must be given once."
        ),
        Refused(
            Forms.part("name=\"image\"; filename=\"a\"", Forms.jpeg) + Forms.part("name=\"model\"", [66]) + Forms.end(),
            400, "model is not a known field."
        ),
        Refused(
            Forms.part("name=\"image\"", Forms.jpeg) + Forms.end(), 400, "image must be a file, sent with a file name."),
        Refused(
            Forms.part("name=\"prompt\"; filename=\"a\"", [65]) + Forms.end(), 400, "prompt must be text, not a file."
        ),
        Refused(Forms.part("name=\"prompt\"", [0xFF]) + Forms.end(), 400, "prompt must be well-formed UTF-8."),
        Refused(
            Forms.part("name=\"image\"; filename=\"a.png\"", Array("GIF89a".utf8)) + Forms.end(), 415,
            "image must be a JPEG or PNG file."
        ),
        Refused(
            Forms.part("name=\"image\"; filename=\"a.png\"", Forms.png(width: 0)) + Forms.end(), 400,
            "image has impossible dimensions: 0 by 480 pixels."
        ),
        Refused(
            Forms.part("name=\"image\"; filename=\"a\"", Array(Forms.jpeg.prefix(8))) + Forms.end(), 400,
            "image ends before its dimensions."
        ),
        Refused(Array(Forms.order().dropLast(20)), 400, "The form ended before its closing boundary."),
        Refused(Forms.order() + [65], 400, "The form goes on after its closing boundary."),
        Refused(
            Forms.part("name=\"image\"; filename=\"a\"", Forms.jpeg, fields: "Content-Transfer-Encoding: binary\r\n")
                + Forms.end(), 400, "Parts of the form must be sent without Content-Transfer-Encoding."
        ),
        Refused(
            Forms.part("name=\"image\"; filename=\"a\"", Forms.jpeg + Array(repeating: 0, count: 1 << 20))
                + Forms.end(),
            413, "File too large. image must be at most 1048576 bytes."
        ),
        Refused(
            Forms.part("name=\"prompt\"", Array(repeating: 65, count: 60_000))
                + Forms.part("name=\"duration_seconds\"", Array(repeating: 65, count: 6_000)) + Forms.end(), 413,
            "The text fields of the form must be at most 65536 bytes together."
        ),
    ]

    @Test("that breaks a rule is refused by field and rule and leaves nothing on disk", arguments: refused)
    func isRefused(refused: Refused) async throws {
        try await Self.withSpool { spool in
            for pieces in [1000, 65_536] {
                do throws(BodyRefusal) {
                    _ = try await Self.read(refused.body, spool, pieces: pieces)
                    Issue.record("was taken")
                } catch {
                    #expect(
                        error.problem.status == refused.status && error.problem.detail == refused.detail, "\(error)")
                }
                let left = try Self.files(spool)
                #expect(left == [])
            }
        }
    }

    @Test("whose task is cancelled leaves nothing on disk")
    func cancelled() async throws {
        try await Self.withSpool { spool in
            let (stream, source) = RequestBody.makeStream()
            var fields = HTTPFields()
            fields[.contentType] = "multipart/form-data; boundary=\(Forms.boundary)"
            let request = Request(
                head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/", headerFields: fields),
                body: stream)
            let reading = Task {
                do throws(BodyRefusal) {
                    _ = try await UploadForm.read(request, .forTests(), shape: Self.shape, spool: spool)
                    return false
                } catch {
                    return true
                }
            }
            let start = Forms.part("name=\"image\"; filename=\"a\"", Forms.jpeg + Array(repeating: 1, count: 5000))
            await source.yield(ByteBuffer(bytes: start))
            while try Self.files(spool).isEmpty { await Task.yield() }
            reading.cancel()
            #expect(await reading.value)
            #expect(try Self.files(spool) == [])
            source.finish()
        }
    }

    @Test("cannot be stored where there is no directory, which is told apart from a bad request")
    func noDirectory() async throws {
        let spool = SpoolDirectory(path: "/nonexistent/spool", threads: .singleton)
        do throws(BodyRefusal) {
            _ = try await Self.read(Forms.order(), spool)
            Issue.record("was stored")
        } catch {
            #expect(error.problem.code == .storageUnavailable)
            #expect(!error.problem.detail.contains("nonexistent"))
        }
    }

    @Test("never takes the place of a file that exists")
    func existing() async throws {
        try await Self.withSpool { spool in
            let fixed = SpoolDirectory(path: spool.path, threads: .singleton, makeName: { "same" })
            let first = try await Self.read(Forms.order(), fixed)
            do throws(BodyRefusal) {
                _ = try await Self.read(Forms.order(image: Forms.png()), fixed)
                Issue.record("replaced a file")
            } catch {
                #expect(error.problem.code == .storageUnavailable)
            }
            #expect(FileManager.default.contents(atPath: first.image.path) == Data(Forms.jpeg))
        }
    }

    @Test("that a dead process left behind is removed before the next one serves")
    func leftovers() async throws {
        try await Self.withSpool { spool in
            let form = try await Self.read(Forms.order(), spool)
            #expect(FileManager.default.createFile(atPath: spool.path + "/keep.txt", contents: nil))
            try await spool.prepare()
            #expect(!FileManager.default.fileExists(atPath: form.image.path))
            #expect(try Self.files(spool) == ["keep.txt"])
        }
    }

    @Test("of one process is not taken away by another that starts in the same folder")
    func sharedFolder() async throws {
        try await Self.withSpool { spool in
            let form = try await Self.read(Forms.order(), spool)
            let second = SpoolDirectory(path: spool.path, threads: .singleton)
            await #expect(throws: SpoolInUse.self) { try await second.prepare() }
            #expect(FileManager.default.fileExists(atPath: form.image.path))
            spool.release()
            try await second.prepare()
            #expect(!FileManager.default.fileExists(atPath: form.image.path))
        }
    }

    @Test("of a large file arrives whole through the edge, and one that is too large is answered before it is all sent")
    func overSockets() async throws {
        try await Self.withSpool { spool in
            let shape = FormShape(file: "image", texts: ["prompt", "duration_seconds"], fileBytesMax: 4 << 20)
            let route: TestRoute = { request, context in
                do throws(BodyRefusal) {
                    let form = try await UploadForm.read(request, context, shape: shape, spool: spool)
                    let text = form.image.sha256.map { String($0, radix: 16) }.joined()
                    await form.file.remove()
                    return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
                } catch {
                    return error.problem.response(requestID: context.requestID)
                }
            }
            try await EdgeHarness.run(route: route) { edge in
                let image = Forms.png() + Array(repeating: 0x0D, count: 1 << 20) + Array(repeating: 0, count: 2 << 20)
                let body = Forms.order(image: image)
                let head =
                    "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + "Content-Type: multipart/form-data; boundary=\(Forms.boundary)\r\n"
                let client = try await edge.connect()
                await client.send(head + "Content-Length: \(body.count)\r\n\r\n")
                await client.send(ByteBuffer(bytes: body))
                let answer = try await client.untilClosed()
                #expect(answer.hasSuffix(SHA256.hash(data: image).map { String($0, radix: 16) }.joined()), "\(answer)")
                await client.close()

                let announced = try await edge.exchange(head + "Content-Length: \(5 << 20)\r\n\r\n")
                #expect(announced.hasPrefix("HTTP/1.1 413 ") && announced.contains("File too large."), "\(announced)")

                // A client that goes on sending may lose the answer to the reset behind it, but not each time.
                var early = ""
                for _ in 0..<5 where early.isEmpty { early = try await Self.endlessUpload(head, to: edge) }
                #expect(early.hasPrefix("HTTP/1.1 413 "), "\(early)")
            }
            #expect(try Self.files(spool) == [])
        }
    }

    /// Sends an image in chunks for as long as the connection takes them.
    /// - Returns: all that came back.
    private static func endlessUpload(_ head: String, to edge: EdgeHarness) async throws -> String {
        let client = try await edge.connect()
        await client.send(head + "Transfer-Encoding: chunked\r\n\r\n")
        let start = Forms.part("name=\"image\"; filename=\"a\"", Forms.png()).dropLast(2)
        await client.send("\(String(start.count, radix: 16))\r\n")
        await client.send(ByteBuffer(bytes: start))
        await client.send("\r\n")
        let piece = ByteBuffer(string: "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n")
        while !client.isClosed, await client.send(piece) {}
        let answer = try await client.untilClosed()
        await client.close()
        return answer
    }
}
