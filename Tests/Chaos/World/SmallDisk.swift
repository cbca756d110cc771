import Foundation
import GatewayAcceptance

/// A file system of a few megabytes, in memory. Needs the right to mount.
struct SmallDisk: Sendable {
    let folder: URL

    static let hindrance: String? = geteuid() == 0 ? nil : "only root may mount a small disk"

    /// - folder: exists, and is empty.
    init(megabytes: Int, at folder: URL) throws {
        self.folder = folder
        guard try Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder.path) else {
            throw NotMounted(folder: folder.path)
        }
    }

    private var filler: URL { folder.appending(path: "filler") }

    /// Takes what is left.
    /// - leaving: bytes.
    func fill(leaving spared: Int = 0) throws {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: folder.path)
        let free = attributes[.systemFreeSize] as? Int ?? 0
        try Data(count: max(0, free - spared)).write(to: filler)
    }

    func clear() throws { try FileManager.default.removeItem(at: filler) }

    func unmount() { _ = try? Self.run("/bin/umount", "-l", folder.path) }

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

struct NotMounted: Error {
    let folder: String
}
