import GatewayCore
import GatewayTesting
import Testing

@Suite("A job's state") struct JobStateTests {
    /// Every step that exists; design §5, rules §2.
    private static let steps: [(JobState, JobEvent, JobState)] = [
        (.queued, .dispatched, .dispatching), (.queued, .cancelled, .cancelled),
        (.dispatching, .accepted, .accepted), (.dispatching, .notCreated, .refused),
        (.dispatching, .outcomeLost, .unknown),
        (.accepted, .completed, .completed), (.accepted, .failed, .failed),
        (.unknown, .accepted, .accepted), (.unknown, .notCreated, .refused), (.unknown, .completed, .completed),
        (.unknown, .writtenOff, .writtenOff),
    ]

    @Test("changes by the steps of the table and by no other", arguments: JobState.allCases)
    func table(state: JobState) {
        for event in JobEvent.allCases {
            let next = JobStateTests.steps.first { $0.0 == state && $0.1 == event }?.2
            #expect(state.after(event) == next, "\(event)")
        }
    }

    @Test("is never left once it has ended", arguments: JobState.allCases.filter(\.isEnded))
    func ended(state: JobState) { #expect(JobEvent.allCases.allSatisfy { state.after($0) == nil }) }

    @Test("can end from wherever it is open", arguments: JobState.open)
    func canEnd(state: JobState) {
        var reached: Set<JobState> = [state]
        while true {
            let next = reached.union(reached.flatMap { from in JobEvent.allCases.compactMap { from.after($0) } })
            if next == reached { break }
            reached = next
        }
        #expect(reached.contains { $0.isEnded })
        #expect(reached.contains(.queued) == (state == .queued), "nothing goes back to being unsent")
    }

    @Test("follows from an event alike, wherever the event can happen")
    func oneTarget() {
        for event in JobEvent.allCases {
            let targets = Set(JobState.allCases.compactMap { $0.after(event) })
            #expect(targets == Set([event.target].compactMap(\.self)), "\(event)")
            #expect(targets.count == 1, "\(event)")
        }
    }

    @Test("is open or ended as the books say")
    func open() {
        #expect(Set(JobState.open) == [.queued, .dispatching, .accepted, .unknown])
        #expect(JobState.allCases.count == 9)
    }

    @Test("has a record of its own for each step")
    func records() { #expect(Set(JobEvent.allCases.map(AuditAction.init)).count == JobEvent.allCases.count) }
}

@Suite("A hold's end") struct HoldResolutionTests {
    @Test("charges what it captures or writes off, and nothing when it is released")
    func charges() {
        #expect(HoldResolution.capture(.cents(26)).charged == .cents(26))
        #expect(HoldResolution.writeOff(.cents(26)).charged == .cents(26))
        #expect(HoldResolution.release(verify: true).charged == .zero)
        #expect(HoldResolution.release(verify: true).isToVerify)
        #expect(!HoldResolution.release(verify: false).isToVerify)
        #expect(!HoldResolution.capture(.zero).isToVerify)
    }
}
