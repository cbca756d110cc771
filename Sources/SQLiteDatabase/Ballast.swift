import Foundation

/// Disk space kept for bad days: a file that is deleted when the disk is full, so that settlements still fit.
struct Ballast: Sendable {
    let path: String
    /// 0 keeps nothing.
    let bytes: Int

    /// Sees to it that the file is there with all its blocks.
    /// - Returns: whether it is; the file system then had that much room.
    func restore() -> Bool {
        guard bytes > 0 else { return true }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, StoreFiles.ownerOnly)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // Allocates the blocks; a file that was only stretched would give nothing back when deleted.
        guard posix_fallocate(descriptor, 0, off_t(bytes)) == 0 else {
            release()
            return false
        }
        return true
    }

    /// As `restore`, when that leaves as much room again: otherwise the room that was just given to settlements would be
    /// taken back at once, for a new order that does not fit either.
    func restoreWithRoomToSpare() -> Bool {
        let folder = (path as NSString).deletingLastPathComponent
        return DiskRoom.freeBytes(at: folder) >= 2 * Int64(bytes) && restore()
    }

    func release() {
        unlink(path)
    }
}
