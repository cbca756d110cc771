import NIOCore

/// Which deadline a connection is under. Pure: it is told what happens and when, and asked what has expired.
struct ConnectionClock {
    enum Phase: Equatable {
        /// Accepted; no byte has come.
        case fresh(since: NIODeadline)
        /// Between two requests.
        case idle(since: NIODeadline)
        case head(since: NIODeadline)
        case body(BodyPace)
        /// The request is complete; the time until its answer is the inner code's to limit.
        case answering
        /// The last answer is being flushed; nothing more is read until it is.
        case closing
        /// Our side is shut; what the client still sends is dropped so that its kernel does not drop our answer.
        case lingering(since: NIODeadline, drained: Int)
    }

    enum Expiry: Equatable {
        /// Close without a word.
        case close
        /// Answer 408, then close.
        case headTooSlow
        case bodyTooSlow
    }

    enum BytesVerdict: Equatable {
        case deliver, drop, close
    }

    private struct Stall {
        var since: NIODeadline
        var taken: Int
    }

    /// The limits as event loops count time.
    private struct Times {
        let head: TimeAmount
        let idle: TimeAmount
        let drain: TimeAmount
        let stalledWrite: TimeAmount

        init(_ limits: EdgeLimits) {
            head = TimeAmount(limits.headTime)
            idle = TimeAmount(limits.idleTime)
            drain = TimeAmount(limits.drainTime)
            stalledWrite = TimeAmount(limits.stalledWriteTime)
        }
    }

    let limits: EdgeLimits
    private let times: Times
    private(set) var phase: Phase
    private var stall: Stall?
    /// When nobody asked whether an answer was taken, and what was taken for certain then.
    private var unasked: Stall?

    init(limits: EdgeLimits, accepted now: NIODeadline) {
        self.limits = limits
        times = Times(limits)
        phase = .fresh(since: now)
    }

    /// The connection will not serve another request.
    var isEnding: Bool {
        switch phase {
        case .closing, .lingering: true
        default: false
        }
    }

    var isLingering: Bool {
        if case .lingering = phase { true } else { false }
    }

    var isIdle: Bool {
        if case .idle = phase { true } else { false }
    }

    /// Bytes are known to wait for the client to take them.
    var isStalled: Bool { stall != nil }
}

// What happens on the connection.
extension ConnectionClock {
    mutating func bytesArrived(_ count: Int, at now: NIODeadline) -> BytesVerdict {
        switch phase {
        case .fresh, .idle:
            phase = .head(since: now)
            return .deliver
        case .head, .body, .answering:
            return .deliver
        case .closing:
            return .drop
        case .lingering(let since, let drained):
            phase = .lingering(since: since, drained: drained + count)
            return drained + count > limits.drainBytesMax ? .close : .drop
        }
    }

    mutating func headEnded(at now: NIODeadline) {
        guard !isEnding else { return }
        phase = .body(BodyPace(started: now))
    }

    mutating func bodyArrived(_ count: Int) { withBody { $0.arrived(count) } }

    /// The gateway asks the socket for more.
    /// - now: looked at only while a body comes, as by ``readDone(at:)``: both are told of every read.
    mutating func readAsked(at now: @autoclosure () -> NIODeadline) { withBody { $0.resume(at: now()) } }

    /// What the gateway asked for was delivered.
    mutating func readDone(at now: @autoclosure () -> NIODeadline) { withBody { $0.pause(at: now()) } }

    mutating func requestEnded() {
        guard !isEnding else { return }
        phase = .answering
    }

    mutating func answerEnded(at now: NIODeadline) {
        guard case .answering = phase else { return }
        phase = .idle(since: now)
    }

    /// A whole request was answered as it came.
    mutating func answeredAtOnce() {
        guard case .head(let since) = phase else { return }
        phase = .idle(since: since)
    }

    mutating func outputClosing() {
        guard !isEnding else { return }
        phase = .closing
    }

    mutating func outputClosed(at now: NIODeadline) {
        guard !isLingering else { return }
        phase = .lingering(since: now, drained: 0)
    }

    /// - taken: bytes that have left for the client since the connection began.
    /// - waiting: bytes that have not, yet.
    mutating func wrote(taken: Int, waiting: Int, at now: NIODeadline) {
        guard waiting > 0 else {
            // The pause begins when the client has its answer.
            if isStalled, isIdle { phase = .idle(since: now) }
            stall = nil
            unasked = nil
            return
        }
        if stall?.taken != taken { stall = Stall(since: now, taken: taken) }
        // Nothing has moved since then.
        if let unasked, unasked.taken == taken { stall = unasked }
        unasked = nil
    }

    /// Some of what went out may wait. Before that can have been for too long, ``wrote(taken:waiting:at:)`` must say.
    /// - taken: what had left the last time that nothing waited.
    mutating func wroteUnasked(taken: Int, at now: @autoclosure () -> NIODeadline) {
        if unasked == nil { unasked = Stall(since: now(), taken: taken) }
    }

    private mutating func withBody(_ change: (inout BodyPace) -> Void) {
        guard case .body(var pace) = phase else { return }
        change(&pace)
        phase = .body(pace)
    }
}

// What time does to it.
extension ConnectionClock {
    /// The next moment at which something may expire.
    var deadline: NIODeadline? {
        guard let waiting = stall ?? unasked else { return phaseDeadline }
        let written = waiting.since + times.stalledWrite
        return min(phaseDeadline ?? written, written)
    }

    mutating func expire(at now: NIODeadline) -> Expiry? {
        if let stallDeadline, stallDeadline <= now { return .close }
        guard let phaseDeadline, phaseDeadline <= now else { return nil }
        switch phase {
        case .fresh, .idle, .lingering: return .close
        case .head: return .headTooSlow
        case .body:
            // The clock has spoken; what becomes of the request is decided where its answer is known.
            phase = .answering
            return .bodyTooSlow
        case .answering, .closing: return nil
        }
    }

    private var stallDeadline: NIODeadline? { stall.map { $0.since + times.stalledWrite } }

    private var phaseDeadline: NIODeadline? {
        switch phase {
        case .fresh(let since), .head(let since): since + times.head
        case .idle(let since): isStalled ? nil : since + times.idle
        case .body(let pace): pace.deadline(limits)
        case .answering, .closing: nil
        case .lingering(let since, _): since + times.drain
        }
    }
}
