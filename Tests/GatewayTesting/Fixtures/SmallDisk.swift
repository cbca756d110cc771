import Foundation

/// A file system of a few megabytes, in memory. Needs the right to mount.
package struct SmallDisk: Sendable {
    package let path: String

    /// Why there can be none here.
    package static let hindrance: String? = {
        do {
            let folder = try TemporaryFolder()
            try SmallDisk(megabytes: 1, at: folder.path).unmount()
            return nil
        } catch {
            return "no small disk can be mounted here: \(error)"
        }
    }()

    /// - path: a folder, which is there and empty.
    /// - owner: number of the only user who may write there; nil: whoever mounts it.
    package init(megabytes: Int, at path: String, owner: Int? = nil) throws {
        self.path = path
        let ownership = owner.map { ",uid=\($0),mode=700" } ?? ""
        guard try Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=\(megabytes)m\(ownership)", "tmpfs", path) else {
            throw NotMounted(path: path)
        }
    }

    private var filler: String { path + "/filler" }

    /// Takes what is left, however much of it others take meanwhile.
    /// - leaving: bytes.
    package func fill(leaving spared: Int = 0) throws {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: path)
        let free = attributes[.systemFreeSize] as? Int ?? 0
        try take(spared == 0 ? .max : free - spared)
    }

    private func take(_ bytes: Int) throws {
        try Data().write(to: URL(filePath: filler))
        let file = try FileHandle(forWritingTo: URL(filePath: filler))
        defer { try? file.close() }
        var left = bytes
        do {
            while left > 0 {
                let size = min(left, 1 << 16)
                try file.write(contentsOf: Data(count: size))
                left -= size
            }
        } catch CocoaError.fileWriteOutOfSpace {
            return
        }
    }

    package func clear() throws { try FileManager.default.removeItem(atPath: filler) }

    package func unmount() { _ = try? Self.run("/bin/umount", "-l", path) }

    /// - Returns: whether it ended with 0.
    private static func run(_ program: String, _ arguments: String...) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

private struct NotMounted: Error {
    let path: String
}
