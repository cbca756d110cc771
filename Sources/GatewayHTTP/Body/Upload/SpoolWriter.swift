import NIOCore
import NIOPosix

/// The one writer of a new spool file. Ends with exactly one of ``finish()`` and ``discard()``.
struct SpoolWriter: Sendable {
    let file: SpoolFile
    private let descriptor: Int32
    private let threads: NIOThreadPool

    init(file: SpoolFile, descriptor: Int32, threads: NIOThreadPool) {
        self.file = file
        self.descriptor = descriptor
        self.threads = threads
    }

    /// Appends all of the bytes.
    func write(_ bytes: ByteBuffer) async throws(SpoolFault) {
        let descriptor = descriptor
        do {
            try await threads.runIfActive { try POSIXFile.write(bytes, to: descriptor) }
        } catch let fault as SpoolFault {
            throw fault
        } catch {
            throw SpoolFault(call: "write", reason: "\(error)")
        }
    }

    /// Closes the file and keeps it.
    func finish() async { await close(removing: false) }

    /// Closes the file and removes it.
    func discard() async { await close(removing: true) }

    /// Not to be cancelled: an open descriptor and a forgotten file would outlive the request.
    private func close(removing: Bool) async {
        await withCheckedContinuation { continuation in
            threads.submit { [descriptor, path = file.path] _ in
                POSIXFile.close(descriptor)
                if removing { POSIXFile.remove(path) }
                continuation.resume()
            }
        }
    }
}
