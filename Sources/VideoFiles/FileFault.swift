import Foundation

/// A call to the file system that failed, or a file that is not what its record says.
package enum FileFault: Error, Sendable, Hashable {
    case diskFull
    /// Gone, of another size, or of other bytes.
    case damaged
    case failed(call: String, reason: String)

    init(_ call: String) {
        switch errno {
        case ENOSPC, EDQUOT: self = .diskFull
        case ENOENT: self = .damaged
        default: self = .failed(call: call, reason: String(cString: strerror(errno)))
        }
    }

    /// - error: of the thread pool, which is cancelled or gone.
    init(unforeseen error: any Error) {
        self = error as? FileFault ?? .failed(call: "thread", reason: "\(error)")
    }
}
