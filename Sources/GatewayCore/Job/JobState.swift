/// Where a job stands. Only the transitions of ``after(_:)`` exist.
package enum JobState: String, Sendable, CaseIterable {
    /// Certainly not sent.
    case queued
    /// May have been sent.
    case dispatching
    /// Vinci gave it a request id.
    case accepted
    /// May or may not exist at Vinci; its money stays held.
    case unknown
    case completed
    case failed
    /// Proven not to exist at Vinci.
    case refused
    /// Ended before it was sent.
    case cancelled
    /// An operator charged it on evidence, without a request id.
    case writtenOff = "written_off"

    /// Ended states never change.
    package var isEnded: Bool {
        switch self {
        case .queued, .dispatching, .accepted, .unknown: false
        case .completed, .failed, .refused, .cancelled, .writtenOff: true
        }
    }

    /// The states that count towards the cap of open jobs and that hold money.
    package static let open: [JobState] = allCases.filter { !$0.isEnded }

    /// The state that `event` leads to; nil when the event cannot happen here.
    package func after(_ event: JobEvent) -> JobState? {
        switch (self, event) {
        case (.queued, .dispatched): .dispatching
        case (.queued, .cancelled): .cancelled
        case (.dispatching, .accepted): .accepted
        case (.dispatching, .notCreated): .refused
        case (.dispatching, .outcomeLost): .unknown
        case (.accepted, .completed): .completed
        case (.accepted, .failed): .failed
        case (.unknown, .accepted): .accepted
        case (.unknown, .notCreated): .refused
        case (.unknown, .completed): .completed
        case (.unknown, .writtenOff): .writtenOff
        default: nil
        }
    }
}

/// What can happen to a job.
package enum JobEvent: String, Sendable, CaseIterable {
    case dispatched, accepted, notCreated, outcomeLost, completed, failed, cancelled, writtenOff

    /// The state that this leads to, wherever it can happen.
    package var target: JobState? { JobState.allCases.lazy.compactMap { $0.after(self) }.first }
}
