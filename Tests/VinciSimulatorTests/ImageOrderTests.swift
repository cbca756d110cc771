import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing
import VinciAPI

@testable import VinciSimulator

@Suite("An order with an image") struct ImageOrderTests {
    static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Array("\r\n--not the end\r\n".utf8)

    /// As python-requests writes it: files behind fields, no content type on any part.
    static func pythonForm(_ image: [UInt8], prompt: String? = "wave", seconds: String? = "6") -> [UInt8] {
        var form: [UInt8] = []
        for (name, value) in [("prompt", prompt), ("duration_seconds", seconds)] {
            guard let value else { continue }
            form += Array("--b0und\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        form += Array("--b0und\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\n\r\n".utf8)
        return form + image + Array("\r\n--b0und--\r\n".utf8)
    }

    static func send(
        _ form: [UInt8], boundary: String = "b0und", chunk: Int = 5_000, by caller: Caller
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: caller.origin + "/api/v1/generate/image-to-video")
        request.method = .POST
        request.headers = [
            "Authorization": "Bearer \(KeySeed.defaultText)",
            "Content-Type": "multipart/form-data; boundary=\(boundary)",
        ]
        let parts = stride(from: 0, to: form.count, by: chunk).map {
            ByteBuffer(bytes: form[$0..<min($0 + chunk, form.count)])
        }
        let stream = AsyncStream { continuation in
            for part in parts { continuation.yield(part) }
            continuation.finish()
        }
        request.body = .stream(stream, length: .known(Int64(form.count)))
        let response = try await caller.client.execute(request, timeout: Caller.deadline)
        return Answer(
            status: Int(response.status.code), headers: response.headers,
            body: try await response.body.collect(upTo: 1_000_000))
    }

    @Test("is accepted as python-requests sends it, and the witness knows the image by its content")
    func python() async throws {
        try await withSimulator { caller async throws in
            let answer = try await Self.send(Self.pythonForm(Self.png), by: caller)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer["estimated_cost_usd"]?.decimal == decimal("0.30"))
            let record = try #require(caller.simulator.submits.first)
            #expect(record.kind == .image && record.seconds == 6)
            #expect(record.image?.contentType == "image/png")
            #expect(record.image?.byteCount == Self.png.count)
            #expect(record.requestID == answer["request_id"]?.string)
            #expect(caller.simulator.requests.calls[.submitImage] == 1)
        }
    }

    @Test("is accepted as a browser's FormData sends it")
    func browser() async throws {
        try await withSimulator { caller async throws in
            let boundary = "----WebKitFormBoundaryE19zNvXGzXaLvS5C"
            let head =
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a; \\\"b\\\".jpg\"\r\n"
            let form =
                Array((head + "Content-Type: image/jpeg\r\n\r\n").utf8) + [0xFF, 0xD8, 0xFF, 0xE0, 13, 13, 10]
                + Array(
                    "\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nwäve\r\n--\(boundary)--\r\n"
                        .utf8)
            let answer = try await Self.send(form, boundary: "\"\(boundary)\"", by: caller)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(caller.simulator.submits.first?.image?.contentType == "image/jpeg")
            #expect(caller.simulator.submits.first?.image?.byteCount == 7)
            #expect(caller.simulator.submits.first?.seconds == 5)
            #expect(caller.simulator.submits.first?.promptSHA256 == Digest.hex(of: "wäve"))
        }
    }

    @Test("without an image, without a prompt, of another format or length is refused with 422")
    func refused() async throws {
        try await withSimulator { caller async throws in
            let gif = Array("GIF89a".utf8)
            let refusals = [
                (Self.pythonForm(gif), "image"), (Self.pythonForm([]), "image"),
                (Self.pythonForm(Self.png, prompt: nil), "prompt"), (Self.pythonForm(Self.png, prompt: ""), "prompt"),
                (Self.pythonForm(Self.png, seconds: "11"), "duration_seconds"),
                (Self.pythonForm(Self.png, seconds: "five"), "duration_seconds"),
                (
                    Array("--b0und\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nx\r\n--b0und--".utf8),
                    "image"
                ),
                (
                    Array("--b0und\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nx\r\n--b0und--".utf8),
                    "image"
                ),
                (Array("--b0und\r\nContent-Disposition: form-data; name=\"seed\"\r\n\r\n1\r\n--b0und--".utf8), "seed"),
            ]
            for (form, field) in refusals {
                let answer = try await Self.send(form, by: caller)
                #expect(answer.status == 422)
                #expect(answer.detail?.hasPrefix("\(field): ") == true, "\(answer.text)")
            }
            #expect(caller.simulator.bill.lines.isEmpty)
        }
    }

    @Test("of a form that breaks off, or that is none, is refused with 400 or 422")
    func unreadable() async throws {
        try await withSimulator { caller async throws in
            let whole = Self.pythonForm(Self.png)
            #expect(try await Self.send(whole.dropLast(6), by: caller).status == 400)
            #expect(try await Self.send(whole, boundary: "other", by: caller).status == 400)
            #expect(try await caller.send("POST", "/generate/image-to-video", body: "{}").status == 422)
        }
    }

    @Test("larger than 20 MiB is refused with 413, one of exactly 20 MiB is not")
    func tooLarge() async throws {
        try await withSimulator { caller async throws in
            let largest = Self.png + [UInt8](repeating: 7, count: VinciLimits.imageBytesMax - Self.png.count)
            let accepted = try await Self.send(Self.pythonForm(largest), chunk: 200_000, by: caller)
            #expect(accepted.status == 200, "\(accepted.text)")
            let refused = try await Self.send(Self.pythonForm(largest + [7]), chunk: 200_000, by: caller)
            #expect(refused.status == 413)
            #expect(refused.detail == "File too large. Maximum size is 20 MB.")
        }
    }

    @Test("is read alike however its bytes are cut", arguments: (1...60).map(UInt64.init))
    func anyCut(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let alphabet: [UInt8] = [13, 10, 45, 98, 48, 117]
        let image = Self.png + (0..<200).map { _ in alphabet.randomElement(using: &random) ?? 0 }
        let form = Self.pythonForm(image)
        var reader = MultipartReader(boundary: "b0und")
        var parts: [String: [UInt8]] = [:]
        var name = ""
        var rest = form[...]
        while !rest.isEmpty {
            let cut = Int.random(in: 1...40, using: &random)
            for event in try reader.feed(rest.prefix(cut)) {
                switch event {
                case .partBegan(let part): (name, parts[part.name]) = (part.name, [])
                case .content(let bytes): parts[name, default: []] += bytes
                case .partEnded: name = ""
                }
            }
            rest = rest.dropFirst(cut)
        }
        try reader.finish()
        #expect(
            parts == ["prompt": Array("wave".utf8), "duration_seconds": Array("6".utf8), "image": image], "seed \(seed)"
        )
    }
}
