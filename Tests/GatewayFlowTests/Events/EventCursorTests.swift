import Synchronization
import Testing

@testable import GatewayFlow

@Suite("A follower of a job") struct EventCursorTests {
    @Test("is told the first state, each other one once, and the end behind the last")
    func once() {
        var cursor = EventCursor(after: nil)
        #expect(cursor.advance(to: "a", isEnded: false) == [StreamEvent(kind: .status, id: "a")])
        #expect(cursor.advance(to: "a", isEnded: false) == [])
        #expect(cursor.advance(to: "b", isEnded: false) == [StreamEvent(kind: .status, id: "b")])
        #expect(
            cursor.advance(to: "c", isEnded: true) == [
                StreamEvent(kind: .status, id: "c"), StreamEvent(kind: .end, id: "c.end"),
            ])
        #expect(cursor.advance(to: "c", isEnded: true) == [])
    }

    @Test(
        "who comes back is told what it has not got, wherever its connection broke",
        arguments: [
            ("b", false, []), ("a", false, ["b"]), ("no id of ours", false, ["b"]), ("", false, ["b"]),
            ("a", true, ["b", "b.end"]), ("b", true, ["b.end"]), ("b.end", true, []), ("a.end", true, ["b", "b.end"]),
        ])
    func resumed(lastID: String, isEnded: Bool, ids: [String]) {
        var cursor = EventCursor(after: lastID)
        #expect(cursor.advance(to: "b", isEnded: isEnded).map(\.id) == ids)
        #expect(cursor.advance(to: "b", isEnded: isEnded) == [])
    }
}

@Suite("The wheel of heartbeats") struct HeartbeatWheelTests {
    @Test("comes to each once in a round, and to a new one after a whole round", arguments: [1, 2, 15])
    func rounds(ticks: Int) {
        var wheel = HeartbeatWheel(ticks: ticks)
        let beats = Beats()
        for early in 0..<ticks {
            _ = wheel.join { beats.note(early) }
            for beat in wheel.turn() { beat() }
        }
        // As many turns after it came, and not before.
        #expect(beats.taken == [0])
        for round in 0..<3 {
            for turn in 1...ticks {
                for beat in wheel.turn() { beat() }
                #expect(beats.taken == [turn % ticks], "round \(round)")
            }
        }
    }

    @Test("forgets who has left, also twice")
    func leaving() {
        var wheel = HeartbeatWheel(ticks: 3)
        let beats = Beats()
        let seats = (0..<6).map { number in wheel.join { beats.note(number) } }
        for seat in seats.dropFirst() { wheel.leave(seat) }
        wheel.leave(seats[5])
        #expect(wheel.count == 1)
        for _ in 0..<3 { for beat in wheel.turn() { beat() } }
        #expect(beats.taken == [0])
        wheel.leave(seats[0])
        #expect(wheel.count == 0)
        for _ in 0..<3 { #expect(wheel.turn().isEmpty) }
    }
}

@Suite("The signal of a stream") struct StreamSignalTests {
    @Test("keeps everything that comes while nobody sleeps")
    func kept() async {
        let signal = StreamSignal()
        signal.raise(.change)
        signal.raise(.heartbeat)
        #expect(await signal.wait() == [.change, .heartbeat])
    }

    @Test("loses nothing, whoever comes first", arguments: 0..<50)
    func race(round: Int) async {
        let signal = StreamSignal()
        async let woken = signal.wait()
        async let raised: Void = Task { signal.raise(.change) }.value
        #expect(await woken == .change)
        await raised
    }

    @Test("lets a cancelled sleeper go, and says so", arguments: 0..<50)
    func cancelled(round: Int) async {
        let signal = StreamSignal()
        let sleeper = Task { await signal.wait() }
        if round.isMultiple(of: 2) { await Task.yield() }
        sleeper.cancel()
        #expect(await sleeper.value == .left)
    }
}

private final class Beats: Sendable {
    private let numbers = Mutex<[Int]>([])

    func note(_ number: Int) { numbers.withLock { $0.append(number) } }

    /// Those since the last call.
    var taken: [Int] {
        numbers.withLock { numbers in
            defer { numbers = [] }
            return numbers
        }
    }
}
