import NIOCore

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The calls behind the spool. All but the last two may wait for a disk, and are made on its threads only.
enum POSIXFile {
    /// Creates a file that only its owner may read, and fails if anything has that name already.
    static func create(_ path: String) throws(SpoolFault) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw fault("open") }
        return descriptor
    }

    static func write(_ bytes: ByteBuffer, to descriptor: Int32) throws(SpoolFault) {
        var rest = bytes
        while rest.readableBytes > 0 {
            let count = rest.withUnsafeReadableBytes { part in systemWrite(descriptor, part.baseAddress, part.count) }
            if count < 0 {
                guard errno == EINTR else { throw fault("write") }
                continue
            }
            rest.moveReaderIndex(forwardBy: count)
        }
    }

    /// The descriptor of a directory that is locked now.
    /// - Returns: nil when somebody else has locked it.
    static func lock(_ path: String) throws(SpoolFault) -> Int32? {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault("open") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return descriptor }
        let isHeld = errno == EWOULDBLOCK
        let fault = fault("flock")
        close(descriptor)
        guard isHeld else { throw fault }
        return nil
    }

    static func close(_ descriptor: Int32) { _ = systemClose(descriptor) }

    static func remove(_ path: String) { _ = unlink(path) }

    static func unlock(_ descriptor: Int32) {
        // A child process that is just being started may hold a copy of the descriptor for a moment.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func fault(_ call: String) -> SpoolFault {
        SpoolFault(call: call, reason: String(cString: strerror(errno)))
    }
}

// The names above would hide the system's own.
private let systemWrite = write(_:_:_:)
private let systemClose = close(_:)
