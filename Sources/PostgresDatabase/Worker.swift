import Foundation
import SQLDatabase

/// What one thread of a pool does, from the opening of the store to its end.
struct Worker {
    let pool: Pool
    let member: Int
    var session: Session?
    /// The session before the next one, once its end is known: its mark is of no more use.
    var earlier: String?

    static func start(_ pool: Pool, _ member: Int) {
        let thread = Thread {
            var worker = Worker(pool: pool, member: member)
            worker.run()
        }
        // Longer names than 15 bytes are not taken.
        thread.name = "pg.\(pool.purpose.rawValue).\(member)"
        thread.start()
    }

    private init(pool: Pool, member: Int) {
        self.pool = pool
        self.member = member
    }

    private mutating func run() {
        while true {
            discardUnusable()
            switch pool.nextStep(for: member, isConnected: session != nil) {
            case .connect: connect()
            case .write(let tasks): write(tasks)
            case .read(let read): look(read)
            case .rest(let deadline):
                session?.isNew = false
                pool.rest(member, until: deadline)
            case .leave: return leave()
            }
        }
    }

    // MARK: Connections

    private mutating func connect() {
        do throws(PostgresOpenFailure) {
            try openSession(until: nil)
            // One of them tidies up; it is enough that it does so now and then.
            if member == 0, pool.purpose == .writing { try? session?.run(CommitMark.removalOfOld, in: .seconds(1)) }
        } catch {
            pool.noteFailure(error, of: member)
        }
    }

    mutating func openSession(until deadline: Deadline?) throws(PostgresOpenFailure) {
        let session = try Session.open(
            pool.target, for: pool.purpose, settings: pool.settings, replacing: earlier, until: deadline,
            alarm: pool.alarm(of: member))
        self.session = session
        earlier = session.name
        pool.noteConnected(member)
    }

    mutating func discardUnusable() {
        guard let fault = session?.link.fault else { return }
        session = nil
        guard fault != .interrupted else { return }
        pool.note { $0.lostConnections += 1 }
        pool.settings.onConnection(.lost(reason: fault.reason))
    }

    private mutating func leave() {
        if let session, session.isUsable, pool.purpose == .writing {
            // Nobody will ask about a session that ended in peace. Should this row stay, it is removed one day later.
            _ = try? session.link.exchange(CommitMark.end(session.name), until: Deadline(in: .seconds(3)))
        }
        session = nil
        pool.noteLeave()
    }

    // MARK: Repetitions

    /// Waits before work is run again.
    /// - Returns: false when there is no time left.
    func pause(after repetitions: Int, until deadline: Deadline?) -> Bool {
        Thread.sleep(for: Backoff.pause(after: repetitions, from: .milliseconds(4), to: .milliseconds(200)))
        return !(deadline?.isOver ?? false)
    }
}

extension Thread {
    static func sleep(for duration: Duration) {
        sleep(forTimeInterval: duration / .seconds(1))
    }
}
