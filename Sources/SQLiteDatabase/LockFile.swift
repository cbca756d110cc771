import Foundation
import Synchronization

/// The mark that one process has the store open: a lock of the kernel on `<database>.lock`, which ends with the process
/// however that ends. The file itself stays; deleting it would let two processes lock two files of the same name.
final class LockFile: Sendable {
    private let descriptor: Mutex<CInt?>

    /// - Throws: `.locked` when another process, or another part of this one, holds the lock; `.inaccessible`.
    init(_ path: String) throws(SQLiteOpenFailure) {
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, StoreFiles.ownerOnly)
        guard opened >= 0 else {
            if errno == ENOSPC { throw .noSpace(path) }
            throw .inaccessible(path, reason: StoreFiles.errorText)
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let reason = StoreFiles.errorText
            let holder = Self.processID(in: opened)
            close(opened)
            if isHeld { throw .locked(lockFile: path, processID: holder) }
            throw .inaccessible(path, reason: reason)
        }
        Self.noteProcessID(in: opened)
        descriptor = Mutex(opened)
    }

    deinit { release() }

    func release() {
        descriptor.withLock { held in
            guard let descriptor = held else { return }
            // A child process that is just being started may hold a copy of the descriptor for a moment.
            flock(descriptor, LOCK_UN)
            close(descriptor)
            held = nil
        }
    }

    // Only a help for the message of whoever is refused: the lock itself is the kernel's, so a full disk does not matter.
    private static func noteProcessID(in descriptor: CInt) {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = pwrite(descriptor, text, text.count, 0)
    }

    private static func processID(in descriptor: CInt) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int(String(decoding: bytes[..<count], as: UTF8.self).prefix { $0.isNumber })
    }
}
