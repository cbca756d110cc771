/// Why a store cannot be opened; each says what an operator has to look at.
package enum SQLiteOpenFailure: Error, Sendable, Equatable {
    /// The folder, or for reading the file itself, does not exist.
    case missing(String)
    /// This user may not open the folder or a file in it, or it is no regular file.
    case inaccessible(String, reason: String)
    /// Another process has the store open.
    /// - processID: as that process noted it in the lock file.
    case locked(lockFile: String, processID: Int?)
    case notADatabase(String)
    /// The file is an SQLite database, but damaged or unreadable.
    case damaged(String, reason: String)
    case noSpace(String)
    /// SQLite would not promise durability here, e.g. on a network file system.
    case unsafeSetting(String, reason: String)
}

extension SQLiteOpenFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path): "\(path) does not exist"
        case .inaccessible(let path, let reason): "\(path) cannot be opened: \(reason)"
        case .locked(let lockFile, nil): "another process has the store open (it holds \(lockFile))"
        case .locked(let lockFile, let id?): "process \(id) has the store open (it holds \(lockFile))"
        case .notADatabase(let path): "\(path) is not an SQLite database"
        case .damaged(let path, let reason): "\(path) cannot be read: \(reason)"
        case .noSpace(let path): "no space left on the disk of \(path)"
        case .unsafeSetting(let path, let reason): "\(path) cannot be written durably: \(reason)"
        }
    }
}
