package import GatewayCore
import Synchronization

/// The two doors of the gateway.
package enum AccessPort: String, Sendable {
    case `public`, admin
}

/// Counts what happens too often for a record each: reads per (token, job, minute) and refused authentications per
/// (address, 10 s). ``AuditFlusher`` writes the sums.
package final class AuditTally: Sendable {
    private struct State {
        var reads: [ReadCount: Int] = [:]
        var refusals: [RefusedAuthenticationCount: Int] = [:]
        var dropped = 0
    }

    /// Of each kind, in memory; beyond it new ones are only counted as dropped, so a flood cannot fill the memory.
    fileprivate static let countsMax = 50_000

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

    private func note(_ reading: ReadCount.Reading, of job: JobID, by caller: Caller, from source: CallSource) {
        let count = ReadCount(
            reading: reading, token: caller.token.keyID, team: caller.team.id, job: job,
            address: source.clientAddress, start: start(of: ReadCount.self))
        state.withLock { if !$0.reads.note(count) { $0.dropped += 1 } }
    }

    package func noteRefusedAuthentication(at port: AccessPort, from source: CallSource) {
        let count = RefusedAuthenticationCount(
            port: port, address: source.clientAddress, start: start(of: RefusedAuthenticationCount.self))
        state.withLock { if !$0.refusals.note(count) { $0.dropped += 1 } }
    }

    private func start<Count: AuditCount>(of _: Count.Type) -> Timestamp {
        let seconds = clock.now().seconds
        return Timestamp(seconds: seconds - seconds % Count.periodSeconds)
    }

    /// Removes what was counted in periods that are over (all, if `isFinal`) and makes records of it.
    package func drain(isFinal: Bool) -> [AuditRecord] {
        let now = clock.now()
        let (reads, refusals, dropped) = state.withLock { state in
            defer { state.dropped = 0 }
            return (
                state.reads.drain(all: isFinal, at: now), state.refusals.drain(all: isFinal, at: now), state.dropped
            )
        }
        var records = reads.map { $0.record(count: $1) } + refusals.map { $0.record(count: $1) }
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
}

extension Dictionary where Key: AuditCount, Value == Int {
    /// - Returns: false when there is no room for one more.
    fileprivate mutating func note(_ count: Key) -> Bool {
        if let known = index(forKey: count) {
            values[known] += 1
            return true
        }
        guard self.count < AuditTally.countsMax else { return false }
        self[count] = 1
        return true
    }

    fileprivate mutating func drain(all: Bool, at now: Timestamp) -> Self {
        let over = filter { all || $0.key.isOver(at: now) }
        for count in over.keys { self[count] = nil }
        return over
    }
}
