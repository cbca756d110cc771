import EventLoopTasks
import NIOPosix
import Testing

@Suite("The event loops' clock", .timeLimit(.minutes(1))) struct EventLoopClockTests {
    private let clock = EventLoopClock(group: MultiThreadedEventLoopGroup.singleton)

    @Test("lets a sleeper go when its time has come, not before")
    func wakes() async throws {
        let start = ContinuousClock.now
        try await clock.sleep(for: .milliseconds(30))
        #expect(start.duration(to: .now) >= .milliseconds(30))
        try await clock.sleep(for: .zero)
        try await clock.sleep(for: .seconds(-1))
    }

    @Test("lets a sleeper go at once when it is cancelled, whether it sleeps already or not")
    func cancelled() async {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<2_000 {
                group.addTask { [clock] in
                    if number.isMultiple(of: 2) { await Task.yield() }
                    do {
                        try await clock.sleep(for: .seconds(3_600))
                        return false
                    } catch {
                        return error is CancellationError
                    }
                }
            }
            group.cancelAll()
            for await wasCancelled in group { #expect(wasCancelled) }
        }
    }
}
