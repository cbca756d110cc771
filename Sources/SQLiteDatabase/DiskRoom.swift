import Foundation
import GRDB

/// How much fits on the disk, and what a checkpoint needs of it.
enum DiskRoom {
    /// Whether the database file can take in what the WAL holds, with as much again to spare. A checkpoint that runs out
    /// of space halfway loses nothing, but it has used up the room that settlements need.
    static func takesCheckpoint(of database: Database, path: String) throws -> Bool {
        let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let pageBytes = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0
        var file = stat()
        guard stat(path, &file) == 0 else { return false }
        return pages * pageBytes - Int64(file.st_size) <= freeBytes(at: path) / 2
    }

    /// What an ordinary user may still write to the disk of `path`; 0 when it cannot be told.
    static func freeBytes(at path: String) -> Int64 {
        var disk = statvfs()
        guard statvfs(path, &disk) == 0 else { return 0 }
        let (bytes, isTooLarge) = Int64(clamping: disk.f_bavail)
            .multipliedReportingOverflow(by: Int64(clamping: disk.f_frsize))
        return isTooLarge ? .max : bytes
    }
}
