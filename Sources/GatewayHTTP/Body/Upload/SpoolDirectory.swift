import Foundation
package import NIOPosix

/// Where uploads lie between their arrival and their forwarding. One process owns the directory.
///
/// All of its file system calls run on `threads`, so neither an event loop nor Swift's own threads wait for a disk.
package struct SpoolDirectory: Sendable {
    package let path: String
    private let threads: NIOThreadPool
    private let makeName: @Sendable () -> String
    private let lock = SpoolLock()

    private static let prefix = "upload-"

    /// - threads: running; outlives every upload.
    /// - makeName: unique names, which must not be guessable where others can write to the directory.
    package init(
        path: String, threads: NIOThreadPool, makeName: @escaping @Sendable () -> String = { CallID.random().text }
    ) {
        self.path = path
        self.threads = threads
        self.makeName = makeName
    }

    /// Makes the directory (mode 0700) if there is none, takes it for this process until ``release()``, and removes what a process that died has left behind.
    /// - Throws: `SpoolInUse`, an error of the file system, or of a thread pool that is shut down.
    package func prepare() async throws {
        try await threads.runIfActive { [path, lock] in
            let files = FileManager.default
            try files.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            guard try lock.take(path) else { throw SpoolInUse() }
            for name in try files.contentsOfDirectory(atPath: path) where name.hasPrefix(SpoolDirectory.prefix) {
                try files.removeItem(atPath: path + "/" + name)
            }
        }
    }

    /// Leaves the directory to another gateway, once nothing is uploaded any more.
    package func release() { lock.release() }

    /// A new, empty file (mode 0600) that did not exist before.
    func open() async throws(SpoolFault) -> SpoolWriter {
        let file = SpoolFile(path: path + "/" + SpoolDirectory.prefix + makeName(), threads: threads)
        do {
            let descriptor = try await threads.runIfActive { try POSIXFile.create(file.path) }
            return SpoolWriter(file: file, descriptor: descriptor, threads: threads)
        } catch let fault as SpoolFault {
            throw fault
        } catch {
            // Cancelled, or the pool is gone: the file was not made, or the call that made it has removed it.
            throw SpoolFault(call: "open", reason: "\(error)")
        }
    }
}
