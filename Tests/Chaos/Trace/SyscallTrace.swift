import Foundation

/// What `strace -f -y` wrote about one program, as far as it concerns promises and the disk.
///
/// Lines stand in the order in which the calls were entered and left; where another thread came in between, entering and
/// leaving have a line each. So line numbers are a clock: what happened on an earlier line happened before.
struct SyscallTrace: Sendable {
    enum Event: Sendable {
        /// The program has begun to write this to a socket.
        case sendBegan(RequestIDs)
        /// A page is in the write-ahead log.
        case logged(RequestIDs, isCommit: Bool)
        case syncBegan(thread: Substring)
        /// - isDone: really, and not only said to be.
        case syncEnded(thread: Substring, isDone: Bool)
    }

    private(set) var events: [Event] = []
    private var frameIsCommit = false
    /// Pages whose write has begun, by thread.
    private var writing: [Substring: Event] = [:]

    init(_ text: Data) {
        for line in text.split(separator: UInt8(ascii: "\n")) { read(TraceLine(line)) }
    }

    private mutating func read(_ line: TraceLine) {
        switch line.call {
        case "pwrite64" where line.isOnLog: readLogWrite(line)
        case "fdatasync" where line.isOnLog, "fsync" where line.isOnLog: readSync(line)
        case "<...": readEnd(line)
        case "write", "writev", "sendto", "sendmsg":
            guard line.isOnSocket else { return }
            let ids = RequestIDs(in: line.text)
            if !ids.all.isEmpty { events.append(.sendBegan(ids)) }
        default: break
        }
    }

    /// The log is a header of 32 bytes, then frames: a header of 24 bytes, which says whether the frame ends a
    /// transaction, and a page (sqlite.org/fileformat2.html#walformat).
    private mutating func readLogWrite(_ line: TraceLine) {
        switch line.writtenCount {
        case 32: break
        case 24: frameIsCommit = line.decoded(24).dropFirst(4).prefix(4).contains { $0 != 0 }
        default:
            let page = Event.logged(RequestIDs(in: line.text), isCommit: frameIsCommit)
            if line.isUnfinished { writing[line.thread] = page } else { events.append(page) }
        }
    }

    private mutating func readSync(_ line: TraceLine) {
        events.append(.syncBegan(thread: line.thread))
        if !line.isUnfinished { events.append(.syncEnded(thread: line.thread, isDone: line.isDone)) }
    }

    private mutating func readEnd(_ line: TraceLine) {
        if line.resumed == "pwrite64", let page = writing.removeValue(forKey: line.thread) { events.append(page) }
        if line.resumed == "fdatasync" || line.resumed == "fsync" {
            events.append(.syncEnded(thread: line.thread, isDone: line.isDone))
        }
    }
}

/// Vinci's request ids in some bytes: `req_` and 24 letters or digits, as the simulator draws them.
struct RequestIDs: Sendable {
    let all: Set<String>

    init(in text: Data) {
        var found: Set<String> = []
        var rest = text
        while let place = rest.range(of: Data("req_".utf8)) {
            let id = rest[place.lowerBound...].prefix(28)
            if id.count == 28 { found.insert(String(decoding: id, as: UTF8.self)) }
            rest = rest[place.upperBound...]
        }
        all = found
    }
}
