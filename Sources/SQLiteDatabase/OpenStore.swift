import GRDB

/// A store on disk that this process has taken: nobody else writes it until `lock` is released.
struct OpenStore: Sendable {
    let files: StoreFiles
    let lock: LockFile
    let ballast: Ballast
    let writer: DatabaseQueue
    let readers: DatabasePool
    private let identity: FileIdentity

    init(path: String, settings: SQLiteSettings) throws(SQLiteOpenFailure) {
        files = try StoreFiles(path: path)
        lock = try LockFile(files.lock)
        try files.create()
        ballast = Ballast(path: files.ballast, bytes: settings.ballastBytes)
        let path = files.database
        do {
            writer = try DatabaseQueue(path: path, configuration: ConnectionSetup.writer(settings))
            try files.tighten()
            try writer.writeWithoutTransaction { database in
                try ConnectionSetup.makeDurable(database, path: path)
                try Self.emptyLog(of: database, path: path)
            }
            readers = try DatabasePool(path: path, configuration: ConnectionSetup.reader(settings))
        } catch {
            throw SQLiteOpenFailure(error, path: path)
        }
        guard let identity = files.identity() else { throw .missing(path) }
        self.identity = identity
    }

    /// Whether the name still leads to the file that was opened. Writing on into a file that was moved away or replaced
    /// (a backup put back under a running process) would lose everything at the next start.
    var isInPlace: Bool { files.identity() == identity }

    // What a crashed process left in the WAL goes into the database file before anything is added. After a failed fsync,
    // pages of that WAL may look written and not be; a commit appended to them would vanish with them in a power loss.
    // A disk without room for it must not keep the store from opening, as settlements still fit.
    private static func emptyLog(of database: Database, path: String) throws {
        guard try DiskRoom.takesCheckpoint(of: database, path: path) else { return }
        do {
            try database.checkpoint(.truncate)
        } catch DatabaseError.SQLITE_BUSY {
            // Somebody reads the file offline and keeps the log from starting over; all of it is copied none the less.
        }
    }
}

extension SQLiteOpenFailure {
    init(_ error: any Error, path: String) {
        switch error {
        case let failure as SQLiteOpenFailure:
            self = failure
        case let error as DatabaseError where error.resultCode == .SQLITE_NOTADB:
            self = .notADatabase(path)
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL:
            self = .noSpace(path)
        case let error as DatabaseError where Self.rights.contains(error.resultCode):
            self = .inaccessible(path, reason: error.reason)
        case let error as DatabaseError:
            self = .damaged(path, reason: error.reason)
        default:
            self = .damaged(path, reason: "\(error)")
        }
    }

    private static let rights: [ResultCode] = [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_BUSY]
}
