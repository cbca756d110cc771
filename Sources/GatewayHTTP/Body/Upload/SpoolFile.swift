import NIOPosix

/// An upload on disk. Whoever holds it last removes it.
package struct SpoolFile: Sendable {
    package let path: String
    private let threads: NIOThreadPool

    init(path: String, threads: NIOThreadPool) {
        self.path = path
        self.threads = threads
    }

    /// Removes the file, also for a task that was cancelled. A file that is gone already is fine.
    package func remove() async {
        await withCheckedContinuation { continuation in
            // Runs in any case: a pool that is shut down calls back at once.
            threads.submit { [path] _ in
                POSIXFile.remove(path)
                continuation.resume()
            }
        }
    }
}

/// A call to the file system that failed.
struct SpoolFault: Error, Equatable {
    let call: String
    let reason: String
}

/// Another gateway has its uploads there.
package struct SpoolInUse: Error {}
