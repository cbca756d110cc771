import Crypto
import Foundation
package import GatewayCore
package import NIOPosix

/// The folder of the finished videos: each a file with its record beside it. One process owns it.
///
/// All file system calls run on `threads`, so neither an event loop nor Swift's own threads wait for a disk.
package struct VideoFolder: Sendable {
    package let path: String
    private let threads: NIOThreadPool
    private let lock: Descriptor

    private static let hashPiece = 1 << 20

    /// Makes the folder (mode 0700) if there is none, and takes it for this process until the value is let go.
    package static func open(path: String, threads: NIOThreadPool) async throws(FolderFault) -> VideoFolder {
        do {
            return try await threads.runIfActive {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                let lock = try Descriptor(opening: path + "/lock", O_RDWR | O_CREAT, mode: 0o600)
                guard flock(lock.number, LOCK_EX | LOCK_NB) == 0 else { throw FolderFault.inUse }
                return VideoFolder(path: path, threads: threads, lock: lock)
            }
        } catch let fault as FolderFault {
            throw fault
        } catch {
            throw .unusable(reason: "\(error)")
        }
    }

    /// What an earlier run has kept, the one asked for longest ago first. Removes what that run left unfinished, and
    /// files that do not have the size of their record; other files in the folder are not ours and stay.
    package func sweep() async throws(FileFault) -> [VideoRecord] {
        try await onThread {
            let names = try names()
            var found: [(record: VideoRecord, used: Int)] = []
            for name in names where name.hasSuffix(".json") {
                guard let record = VideoRecord(json: read(name), name: name), let used = lastUse(of: record) else {
                    continue
                }
                found.append((record, used))
            }
            // Of two files of one job the later one counts.
            found.sort { $0.used < $1.used }
            let latest = Dictionary(found.map { ($0.record.job, $0.record) }) { $1 }
            let kept = found.map(\.record).filter { latest[$0.job] == $0 }
            let wanted = Set(kept.flatMap { [$0.fileName, $0.recordName] })
            for name in names where VideoRecord.isOurs(name) && !wanted.contains(name) { remove(name) }
            return kept
        }
    }

    /// A new, empty file for a video on its way.
    package func part(for job: JobID) async throws(FileFault) -> VideoPart {
        let generation = (0..<8).map { _ in UInt8.random(in: .min ... .max) }.hexadecimal
        return try await onThread {
            let path = path + "/" + VideoRecord.partName(job, generation)
            let file = try Descriptor(opening: path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
            return VideoPart(job, generation, in: self, file, threads)
        }
    }

    /// - Throws: `.damaged` when the file is gone or has another size.
    package func open(_ record: VideoRecord) async throws(FileFault) -> VideoFile {
        try await onThread {
            let file = try Descriptor(opening: path + "/" + record.fileName, O_RDONLY)
            guard try file.length == record.bytes else { throw FileFault.damaged }
            // The order of use outlives the process.
            futimens(file.number, nil)
            return VideoFile(record, file, threads)
        }
    }

    /// Reads the whole file.
    /// - Throws: `.damaged` when it is not the file that was recorded.
    package func prove(_ record: VideoRecord) async throws(FileFault) {
        try await onThread {
            let file = try Descriptor(opening: path + "/" + record.fileName, O_RDONLY)
            var hash = SHA256()
            var offset = 0
            while true {
                let piece = try file.read(at: offset, count: VideoFolder.hashPiece)
                guard !piece.isEmpty else { break }
                hash.update(data: piece)
                offset += piece.count
            }
            guard offset == record.bytes, Array(hash.finalize()) == record.sha256 else { throw FileFault.damaged }
        }
    }

    /// Whether so many bytes could be written now; true when the disk does not say.
    package func isFree(_ bytes: Int) async -> Bool {
        let free = try? await onThread {
            var status = statvfs()
            guard statvfs(path, &status) == 0 else { throw FileFault("statvfs") }
            return UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
        }
        return free.map { $0 >= UInt64(max(0, bytes)) } ?? true
    }

    /// Lets another process have the folder.
    package func release() { flock(lock.number, LOCK_UN) }

    /// Readers that have it open go on. What is gone already is fine.
    package func remove(_ record: VideoRecord) async {
        await always {
            // The record first: a file without one is swept at the next start.
            remove(record.recordName)
            remove(record.fileName)
        }
    }
}

/// Why a folder cannot hold videos.
package enum FolderFault: Error, Sendable, Hashable {
    /// By another gateway.
    case inUse
    case unusable(reason: String)
}

extension VideoFolder {
    /// Gives a finished part its name and its record, both on the disk when this returns. On the folder's threads.
    func settle(_ record: VideoRecord, part: String) throws(FileFault) {
        try rename(part, to: record.fileName)
        do {
            let draft = record.recordName + ".new"
            let file = try Descriptor(opening: path + "/" + draft, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
            try record.json.withUnsafeBytes { try file.write($0) }
            try file.sync()
            try rename(draft, to: record.recordName)
            try Descriptor(opening: path, O_RDONLY | O_DIRECTORY).sync()
        } catch {
            remove(record.recordName)
            remove(record.fileName)
            throw FileFault(unforeseen: error)
        }
    }

    func remove(_ name: String) { unlink(path + "/" + name) }

    /// Not to be cancelled: a forgotten file would take room.
    func always(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            threads.submit { _ in
                work()
                continuation.resume()
            }
        }
    }

    private func onThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws(FileFault) -> Value {
        do {
            return try await threads.runIfActive(work)
        } catch {
            throw FileFault(unforeseen: error)
        }
    }

    private func names() throws(FileFault) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw .failed(call: "list", reason: "\(error)")
        }
    }

    private func read(_ name: String) -> Data {
        guard let file = try? Descriptor(opening: path + "/" + name, O_RDONLY),
            let bytes = try? file.read(at: 0, count: 4096)
        else { return Data() }
        return Data(bytes)
    }

    /// In nanoseconds; nil for a file that is not the record's.
    private func lastUse(of record: VideoRecord) -> Int? {
        var status = stat()
        guard lstat(path + "/" + record.fileName, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            Int(status.st_size) == record.bytes
        else { return nil }
        #if canImport(Glibc)
        return status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
        #else
        return status.st_mtimespec.tv_sec * 1_000_000_000 + status.st_mtimespec.tv_nsec
        #endif
    }

    private func rename(_ name: String, to other: String) throws(FileFault) {
        guard systemRename(path + "/" + name, path + "/" + other) == 0 else { throw FileFault("rename") }
    }
}

// The member above would hide the system's own.
private let systemRename = rename(_:_:)
