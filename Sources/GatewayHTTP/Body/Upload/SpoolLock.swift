import Synchronization

/// The mark that somebody uses a spool directory: a lock of the kernel on the directory itself, which ends with the process
/// however that ends.
final class SpoolLock: Sendable {
    private let descriptor = Mutex<Int32?>(nil)

    /// - Returns: false when another process, or another part of this one, has it.
    func take(_ directory: String) throws(SpoolFault) -> Bool {
        try descriptor.withLock { descriptor throws(SpoolFault) in
            if descriptor == nil { descriptor = try POSIXFile.lock(directory) }
            return descriptor != nil
        }
    }

    func release() {
        descriptor.withLock { held in
            if let descriptor = held { POSIXFile.unlock(descriptor) }
            held = nil
        }
    }

    deinit { release() }
}
