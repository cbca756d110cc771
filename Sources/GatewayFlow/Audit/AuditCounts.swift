import GatewayCore

/// What ``AuditTally`` tells apart: it is counted over a period and becomes one record.
protocol AuditCount: Hashable, Sendable {
    static var periodSeconds: Int64 { get }
    /// Of its period.
    var start: Timestamp { get }

    func record(count: Int) -> AuditRecord
}

extension AuditCount {
    func isOver(at now: Timestamp) -> Bool { start.adding(.seconds(Self.periodSeconds)) <= now }
}

/// Reads of one job by one token from one address in one minute.
struct ReadCount: AuditCount {
    enum Reading: Hashable {
        case status, eventsLink, video, videoLink
    }

    static let periodSeconds: Int64 = 60

    let reading: Reading
    let token: KeyID
    let team: TeamID
    let job: JobID
    let address: String?
    let start: Timestamp

    /// Without the team, of which a token has one.
    func hash(into hasher: inout Hasher) {
        hasher.combine(start)
        hasher.combine(reading)
        hasher.combine(token)
        hasher.combine(job)
        hasher.combine(address)
    }

    func record(count: Int) -> AuditRecord {
        AuditRecord(
            at: start, actor: .token(token), team: team, action: AuditAction(reading), object: job.text,
            source: CallSource(clientAddress: address, origin: nil, requestID: nil), detail: "\(count) in 60 s")
    }
}

/// Refused authentications from one address in ten seconds.
struct RefusedAuthenticationCount: AuditCount {
    static let periodSeconds: Int64 = 10

    let port: AccessPort
    let address: String?
    let start: Timestamp

    func record(count: Int) -> AuditRecord {
        AuditRecord(
            at: start, actor: .anonymous, team: nil, action: .authenticationRefused, object: port.rawValue,
            outcome: .refused, source: CallSource(clientAddress: address, origin: nil, requestID: nil),
            detail: "\(count) in 10 s")
    }
}

extension AuditAction {
    fileprivate init(_ reading: ReadCount.Reading) {
        switch reading {
        case .status: self = .statusRead
        case .eventsLink: self = .eventsLinked
        case .video: self = .videoRead
        case .videoLink: self = .videoLinked
        }
    }
}
