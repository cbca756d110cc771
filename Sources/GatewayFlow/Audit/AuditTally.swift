package import GatewayCore
import Synchronization

/// The two doors of the gateway.
package enum AccessPort: String, Sendable {
    case `public`, admin
}

/// Counts what happens too often for a record each: reads per (token, job, minute) and refused authentications per
/// (address, 10 s). ``AuditFlusher`` writes the sums.
package final class AuditTally: Sendable {
    package struct Entry: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case read(Reading, KeyID, TeamID, JobID)
            case refusedAuthentication(AccessPort)
        }

        package enum Reading: Hashable, Sendable {
            case status, eventsLink, video, videoLink
        }

        package let kind: Kind
        package let address: String?
        /// Start of the counting period.
        package let start: Timestamp

        /// By what tells most entries apart: a token has one team, and seldom more than one address at a time.
        package func hash(into hasher: inout Hasher) {
            hasher.combine(start)
            switch kind {
            case .read(let reading, let token, _, let job):
                hasher.combine(reading)
                hasher.combine(token)
                hasher.combine(job)
            case .refusedAuthentication(let port):
                hasher.combine(port)
                hasher.combine(address)
            }
        }
    }

    private struct State {
        var counts: [Entry: Int] = [:]
        var dropped = 0
    }

    /// Entries in memory; beyond it new ones are only counted as dropped, so a flood cannot fill the memory.
    private static let entriesMax = 50_000

    private let state = Mutex(State())
    private let clock: any WallClock

    package init(clock: any WallClock) { self.clock = clock }

    package func noteRead(of job: JobID, by caller: Caller, from source: CallSource) {
        note(.status, of: job, by: caller, from: source)
    }

    package func noteEventsLink(to job: JobID, by caller: Caller, from source: CallSource) {
        note(.eventsLink, of: job, by: caller, from: source)
    }

    package func noteVideoRead(of job: JobID, by caller: Caller, from source: CallSource) {
        note(.video, of: job, by: caller, from: source)
    }

    package func noteVideoLink(to job: JobID, by caller: Caller, from source: CallSource) {
        note(.videoLink, of: job, by: caller, from: source)
    }

    private func note(_ reading: Entry.Reading, of job: JobID, by caller: Caller, from source: CallSource) {
        add(.read(reading, caller.token.keyID, caller.team.id, job), address: source.clientAddress, period: 60)
    }

    package func noteRefusedAuthentication(at port: AccessPort, from source: CallSource) {
        add(.refusedAuthentication(port), address: source.clientAddress, period: 10)
    }

    /// Removes the entries whose period is over (all, if `isFinal`) and makes records of them.
    package func drain(isFinal: Bool) -> [AuditRecord] {
        let now = clock.now()
        let (entries, dropped) = state.withLock { state in
            let over = state.counts.filter { isFinal || $0.key.isOver(at: now) }
            for entry in over.keys { state.counts[entry] = nil }
            defer { state.dropped = 0 }
            return (over, state.dropped)
        }
        var records = entries.map { $0.key.record(count: $0.value) }
        if dropped > 0 {
            records.append(
                AuditRecord(
                    at: now, actor: .anonymous, team: nil, action: .authenticationRefused, object: "public",
                    outcome: .refused, detail: "\(dropped) further events were counted but not told apart"))
        }
        return records.sorted { $0.at < $1.at }
    }

    /// Records that could not be written; their number is on the next one.
    func noteLost(_ count: Int) { state.withLock { $0.dropped += count } }

    private func add(_ kind: Entry.Kind, address: String?, period: Int64) {
        let seconds = clock.now().seconds
        let entry = Entry(kind: kind, address: address, start: Timestamp(seconds: seconds - seconds % period))
        state.withLock { state in
            if let known = state.counts.index(forKey: entry) {
                state.counts.values[known] += 1
            } else if state.counts.count < AuditTally.entriesMax {
                state.counts[entry] = 1
            } else {
                state.dropped += 1
            }
        }
    }
}

extension AuditTally.Entry {
    private var period: Duration {
        switch kind {
        case .read: .seconds(60)
        case .refusedAuthentication: .seconds(10)
        }
    }

    fileprivate func isOver(at now: Timestamp) -> Bool { start.adding(period) <= now }

    fileprivate func record(count: Int) -> AuditRecord {
        let source = CallSource(clientAddress: address, origin: nil, requestID: nil)
        switch kind {
        case .read(let reading, let key, let team, let job):
            return AuditRecord(
                at: start, actor: .token(key), team: team, action: AuditAction(reading), object: job.text,
                source: source,
                detail: "\(count) in 60 s")
        case .refusedAuthentication(let port):
            return AuditRecord(
                at: start, actor: .anonymous, team: nil, action: .authenticationRefused, object: port.rawValue,
                outcome: .refused, source: source, detail: "\(count) in 10 s")
        }
    }
}

extension AuditAction {
    fileprivate init(_ reading: AuditTally.Entry.Reading) {
        switch reading {
        case .status: self = .statusRead
        case .eventsLink: self = .eventsLinked
        case .video: self = .videoRead
        case .videoLink: self = .videoLinked
        }
    }
}
