import Foundation

/// The files of one store and who may read them.
struct StoreFiles: Sendable {
    /// Absolute, without symbolic links, so that two names of one file share one lock.
    let database: String

    var lock: String { database + ".lock" }
    var ballast: String { database + ".ballast" }
    var folder: String { (database as NSString).deletingLastPathComponent }

    /// - Throws: `.missing`; `.inaccessible` when the folder may not be searched.
    init(path: String) throws(SQLiteOpenFailure) {
        if let resolved = Self.resolve(path) {
            guard Self.isRegularFile(resolved) else { throw .inaccessible(resolved, reason: "it is not a file") }
            database = resolved
            return
        }
        let name = (path as NSString).lastPathComponent
        let parent = (path as NSString).deletingLastPathComponent
        let folder = parent.isEmpty ? "." : parent
        guard let resolved = Self.resolve(folder) else {
            if errno == ENOENT || errno == ENOTDIR { throw .missing(folder) }
            throw .inaccessible(folder, reason: Self.errorText)
        }
        database = (resolved as NSString).appendingPathComponent(name)
    }

    /// Creates an empty database file that only its owner may read, if there is none.
    ///
    /// An existing file is not opened: closing any descriptor of it would drop the locks that SQLite may hold on it
    /// elsewhere in this process.
    func create() throws(SQLiteOpenFailure) {
        let descriptor = open(database, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, Self.ownerOnly)
        if descriptor >= 0 {
            close(descriptor)
            return try makeNameDurable()
        }
        if errno == ENOSPC { throw .noSpace(database) }
        guard errno == EEXIST else { throw .inaccessible(database, reason: Self.errorText) }
    }

    /// Keeps the files to their owner. Only for a file that proved to be a database: whoever names another by mistake
    /// must find it unchanged.
    func tighten() throws(SQLiteOpenFailure) {
        for file in [database, database + "-wal", database + "-shm"] where access(file, F_OK) == 0 {
            guard chmod(file, Self.ownerOnly) == 0 else {
                throw .inaccessible(file, reason: Self.errorText)
            }
        }
    }

    /// Which file stands under the name now.
    func identity() -> FileIdentity? {
        var status = stat()
        guard stat(database, &status) == 0 else { return nil }
        return FileIdentity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))
    }

    // A new file survives a power loss only once its folder is on disk too.
    private func makeNameDurable() throws(SQLiteOpenFailure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .inaccessible(folder, reason: Self.errorText) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .damaged(folder, reason: Self.errorText) }
    }

    private static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static var errorText: String { String(cString: strerror(errno)) }

    static let ownerOnly: mode_t = 0o600
}

/// Tells a file from another that took its name.
struct FileIdentity: Sendable, Equatable {
    var device: UInt64
    var node: UInt64
}
