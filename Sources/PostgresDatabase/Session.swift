import SQLDatabase

/// A connection with what its server has promised, ready for transactions. Belongs to the thread that opened it.
final class Session {
    enum Purpose: String, Sendable {
        case writing = "write", reading = "read", listening = "listen"
    }

    let name: String
    let link: Link
    var statements: PreparedStatements
    /// Whether it goes straight from its opening into its first work: then it cannot have died of idling.
    var isNew = true
    private var commits: Int64 = 0

    private init(_ name: String, _ link: Link, settings: PostgresSettings) {
        self.name = name
        self.link = link
        statements = PreparedStatements(keptMax: settings.statementsKeptMax)
    }

    var isUsable: Bool { link.fault == nil }

    /// One of the driver's own statements, in a transaction of its own.
    func run(_ sql: String, in duration: Duration, alarm: Alarm? = nil) throws {
        let replies = try link.exchange([.run(sql)], until: Deadline(in: duration), alarm: alarm)
        if let error = replies.firstError { throw SQLFailure(error) }
    }

    /// What the next COMMIT will leave behind.
    func nextClaim() -> CommitMark.Claim {
        commits += 1
        return CommitMark.Claim(session: name, number: commits)
    }
}

extension Session {
    /// Connects to the first host that will do and sets the session up.
    /// - replacing: the earlier session of the same thread, if its end is known.
    /// - deadline: for all hosts together.
    static func open(
        _ target: ConnectionTarget, for purpose: Purpose, settings: PostgresSettings, replacing earlier: String? = nil,
        until deadline: Deadline? = nil, alarm: Alarm
    ) throws(PostgresOpenFailure) -> Session {
        var failure: PostgresOpenFailure?
        for host in target.hosts {
            let own = Deadline(in: settings.connectTimeout)
            do throws(PostgresOpenFailure) {
                return try open(
                    host, for: purpose, settings: settings, replacing: earlier, until: min(own, deadline ?? own),
                    alarm: alarm)
            } catch {
                // Of several hosts, one that did answer has more to say.
                if failure?.isSilence ?? true { failure = error }
            }
        }
        throw failure ?? .badURL
    }

    private static func open(
        _ host: ConnectionTarget.Host, for purpose: Purpose, settings: PostgresSettings, replacing earlier: String?,
        until deadline: Deadline, alarm: Alarm
    ) throws(PostgresOpenFailure) -> Session {
        let name = SessionName.new(for: purpose.rawValue)
        let link = try Link.connect(to: host, as: name, until: deadline, alarm: alarm)
        let session = Session(name, link, settings: settings)
        let setUp = SessionSetUp(link: link, server: host.shown, deadline: deadline, alarm: alarm)
        try setUp.promise(for: purpose, settings)
        if purpose == .writing { try setUp.beginMark(name, replacing: earlier) }
        return session
    }
}

extension PostgresOpenFailure {
    fileprivate var isSilence: Bool {
        if case .unreachable = self { true } else { false }
    }
}
