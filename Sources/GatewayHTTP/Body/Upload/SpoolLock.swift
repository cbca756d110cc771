import Synchronization

/// The mark that somebody uses a spool directory: a lock of the kernel on a file beside it, which ends with the process however
/// that ends. The file stays; removing it would let two processes lock two files of one name.
final class SpoolLock: Sendable {
    private let path: String
    private let descriptor = Mutex<Int32?>(nil)

    /// - directory: its path.
    init(directory: String) { path = directory + ".lock" }

    /// - Returns: false when another process, or another part of this one, has it.
    func take() throws(SpoolFault) -> Bool {
        try descriptor.withLock { descriptor throws(SpoolFault) in
            if descriptor == nil { descriptor = try POSIXFile.lock(path) }
            return descriptor != nil
        }
    }

    deinit {
        descriptor.withLock { descriptor in
            if let descriptor { POSIXFile.unlock(descriptor) }
        }
    }
}
