import Crypto
import Foundation
import GatewayCore
import GatewayTesting
import NIOCore
import NIOPosix
import Testing

@testable import VideoFiles

@Suite("The folder of finished videos", .timeLimit(.minutes(1))) struct VideoFolderTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "videos-\(UUID().uuidString)").path
    private let job = JobID(stored: "job_0123456789abcdefghjkmnpqrs")
    private let other = JobID(stored: "job_1123456789abcdefghjkmnpqrs")

    private func withFolder(_ body: (VideoFolder) async throws -> Void) async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = try await VideoFolder.open(path: path, threads: NIOThreadPool.singleton)
        try await body(folder)
    }

    /// The smallest file that is a movie, with so many bytes in it.
    private func movie(_ count: Int, _ filling: UInt8 = 7) -> [UInt8] {
        func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
            let size = UInt32(content.count + 8)
            return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + Array(type.utf8) + content
        }
        return box("ftyp", Array("isom0000".utf8)) + box("moov", [])
            + box("mdat", [UInt8](repeating: filling, count: count))
    }

    private func keep(_ bytes: [UInt8], of job: JobID, in folder: VideoFolder) async throws -> VideoRecord {
        let part = try await folder.part(for: job)
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            try await part.write(ByteBuffer(bytes: bytes[start..<min(start + 1000, bytes.count)]))
        }
        return try #require(try await part.finish())
    }

    private var names: Set<String> {
        get throws { Set(try FileManager.default.contentsOfDirectory(atPath: path)).subtracting(["lock"]) }
    }

    @Test("is nobody else's to read") func modes() async throws {
        try await withFolder { folder in
            let record = try await keep(movie(10), of: job, in: folder)
            for (name, mode) in [("", 0o700), ("/\(record.fileName)", 0o600), ("/\(record.recordName)", 0o600)] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path + name)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode)
            }
        }
    }

    @Test("keeps a video with its size and hash, and finds it again") func keptAndFound() async throws {
        try await withFolder { folder in
            let bytes = movie(5000)
            let record = try await keep(bytes, of: job, in: folder)
            #expect(record.bytes == bytes.count)
            #expect(record.sha256 == Array(SHA256.hash(data: bytes)))
            #expect(record.format == .mp4)
            #expect(try await folder.sweep() == [record])
            try await folder.prove(record)
            let file = try await folder.open(record)
            #expect(try await file.read(at: 30, count: 4000) == ByteBuffer(bytes: bytes[30..<4030]))
        }
    }

    @Test("keeps nothing that is no whole video", arguments: [0, 1, 2, 3])
    func notAVideo(kind: Int) async throws {
        try await withFolder { folder in
            let bytes = [
                Array("<!doctype html><script>alert(1)</script>".utf8), Array(movie(500).dropLast()), [],
                movie(500) + [1, 2, 3],
            ][kind]
            let part = try await folder.part(for: job)
            try await part.write(ByteBuffer(bytes: bytes))
            #expect(try await part.finish() == nil)
            #expect(try names.isEmpty)
        }
    }

    @Test("begins a video anew when what came belongs to another file") func restarted() async throws {
        try await withFolder { folder in
            let part = try await folder.part(for: job)
            try await part.write(ByteBuffer(string: "something else"))
            try await part.restart()
            #expect(part.count == 0)
            let bytes = movie(100)
            try await part.write(ByteBuffer(bytes: bytes))
            let record = try #require(try await part.finish())
            #expect(record.sha256 == Array(SHA256.hash(data: bytes)))
            try await folder.prove(record)
        }
    }

    @Test("is rid of an earlier run's leftovers, and of nothing that is not its own") func leftovers() async throws {
        try await withFolder { folder in
            let record = try await keep(movie(100), of: job, in: folder)
            let cut = try await keep(movie(100), of: other, in: folder)
            try Data(movie(99)).write(to: URL(filePath: path + "/" + cut.fileName))
            let part = try await folder.part(for: other)
            try await part.write(ByteBuffer(string: "half"))
            for name in [
                "\(other)-0011.video", "\(other)-0011.json.new", "holiday.mp4", "\(job)-ffff.json",
            ] { try Data("x".utf8).write(to: URL(filePath: path + "/" + name)) }
            #expect(try await folder.sweep() == [record])
            #expect(try names == [record.fileName, record.recordName, "holiday.mp4"])
        }
    }

    @Test("does not take another file for a kept one") func damaged() async throws {
        try await withFolder { folder in
            let record = try await keep(movie(100), of: job, in: folder)
            let file = URL(filePath: path + "/" + record.fileName)
            try Data(movie(100, 8)).write(to: file)
            #expect(try await folder.sweep() == [record])
            await #expect(throws: FileFault.damaged) { try await folder.prove(record) }
            try Data(movie(101)).write(to: file)
            await #expect(throws: FileFault.damaged) { try await folder.open(record) }
            try FileManager.default.removeItem(at: file)
            await #expect(throws: FileFault.damaged) { try await folder.open(record) }
            // Not even one that lies elsewhere.
            let elsewhere = URL(filePath: path + "/elsewhere")
            try Data(movie(100)).write(to: elsewhere)
            try FileManager.default.createSymbolicLink(at: file, withDestinationURL: elsewhere)
            await #expect(throws: FileFault.self) { try await folder.open(record) }
            #expect(try await folder.sweep().isEmpty)
        }
    }

    @Test("lets a reader go on whose video is thrown out") func readerGoesOn() async throws {
        try await withFolder { folder in
            let bytes = movie(100)
            let record = try await keep(bytes, of: job, in: folder)
            let file = try await folder.open(record)
            await folder.remove(record)
            #expect(try names.isEmpty)
            #expect(try await file.read(at: 0, count: bytes.count) == ByteBuffer(bytes: bytes))
            await #expect(throws: FileFault.damaged) { try await file.read(at: 1, count: bytes.count) }
        }
    }

    @Test("removes one file of a job and not the later one") func generations() async throws {
        try await withFolder { folder in
            let old = try await keep(movie(100), of: job, in: folder)
            let new = try await keep(movie(200), of: job, in: folder)
            await folder.remove(old)
            try await folder.prove(new)
            #expect(try await folder.sweep() == [new])
        }
    }

    @Test("tells after a restart which video was used last") func order() async throws {
        try await withFolder { folder in
            let first = try await keep(movie(100), of: job, in: folder)
            let second = try await keep(movie(200), of: other, in: folder)
            #expect(try await folder.sweep() == [first, second])
            _ = try await folder.open(first)
            #expect(try await folder.sweep() == [second, first])
        }
    }

    @Test("knows whether its disk has so much room") func free() async throws {
        try await withFolder { folder in
            #expect(await folder.isFree(1))
            #expect(await !folder.isFree(1 << 60))
        }
    }

    @Test("belongs to one gateway at a time") func lock() async throws {
        try await withFolder { folder in
            await #expect(throws: FolderFault.inUse) {
                try await VideoFolder.open(path: path, threads: NIOThreadPool.singleton)
            }
            folder.release()
            _ = try await VideoFolder.open(path: path, threads: NIOThreadPool.singleton)
        }
    }
}
