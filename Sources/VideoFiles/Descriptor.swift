import Foundation

/// An open file, closed with the last of its holders: a reader goes on although the file's name is gone already.
final class Descriptor: Sendable {
    let number: Int32

    init(opening path: String, _ flags: Int32, mode: mode_t = 0) throws(FileFault) {
        let number = open(path, flags | O_NOFOLLOW | O_CLOEXEC, mode)
        guard number >= 0 else { throw FileFault("open") }
        self.number = number
    }

    deinit { close(number) }

    var length: Int {
        get throws(FileFault) {
            var status = stat()
            guard fstat(number, &status) == 0 else { throw FileFault("fstat") }
            return Int(status.st_size)
        }
    }

    /// At most `count` bytes; fewer only at the file's end.
    func read(at offset: Int, count: Int) throws(FileFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(number, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(offset + filled))
            }
            if got < 0 {
                guard errno == EINTR else { throw FileFault("read") }
                continue
            }
            if got == 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// All of the bytes, at the end of what was written before.
    func write(_ bytes: UnsafeRawBufferPointer) throws(FileFault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = systemWrite(number, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 {
                guard errno == EINTR else { throw FileFault("write") }
                continue
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Everything written is on the disk when this returns.
    func sync() throws(FileFault) { guard fsync(number) == 0 else { throw FileFault("fsync") } }

    func empty() throws(FileFault) {
        guard ftruncate(number, 0) == 0, lseek(number, 0, SEEK_SET) == 0 else { throw FileFault("ftruncate") }
    }
}

// The member above would hide the system's own.
private let systemWrite = write(_:_:_:)
