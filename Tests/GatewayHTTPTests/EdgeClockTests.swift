import NIOCore
import Testing

@testable import GatewayHTTP

@Suite("The clock of a connection") struct EdgeClockTests {
    private func at(_ seconds: Double) -> NIODeadline { .uptimeNanoseconds(UInt64(1_000_000_000_000 + seconds * 1e9)) }

    private func clock() -> ConnectionClock { ConnectionClock(limits: EdgeLimits(), accepted: at(0)) }

    /// A connection whose request head was read at second 0.
    private func readingBody() -> ConnectionClock {
        var clock = clock()
        _ = clock.bytesArrived(100, at: at(0))
        clock.headEnded(at: at(0))
        return clock
    }

    @Test("closes a connection on which nothing came for 10 seconds")
    func fresh() {
        var clock = clock()
        #expect(clock.deadline == at(10))
        #expect(clock.expire(at: at(9.9)) == nil)
        #expect(clock.expire(at: at(10)) == .close)
    }

    @Test("gives a head 10 seconds from its first byte, however slowly the others come")
    func head() {
        var clock = clock()
        for second in 4...13 { #expect(clock.bytesArrived(1, at: at(Double(second))) == .deliver) }
        #expect(clock.deadline == at(14))
        #expect(clock.expire(at: at(14)) == .headTooSlow)
    }

    @Test("gives a body 30 seconds, and more only at 10 KiB a second")
    func body() {
        var clock = readingBody()
        #expect(clock.deadline == at(30))
        clock.bodyArrived(300 * 1024)
        #expect(clock.deadline == at(30))
        clock.bodyArrived(100 * 1024)
        #expect(clock.deadline == at(40))
        #expect(clock.expire(at: at(40)) == .bodyTooSlow)
        #expect(clock.deadline == nil)
    }

    @Test("does not count time in which the gateway did not read")
    func paused() {
        var clock = readingBody()
        clock.readDone(at: at(5))
        #expect(clock.deadline == nil)
        clock.readDone(at: at(6))
        clock.readAsked(at: at(105))
        #expect(clock.deadline == at(130))
    }

    @Test("puts no limit on making an answer, and 60 seconds on the wait for the next request")
    func answering() {
        var clock = readingBody()
        clock.requestEnded()
        #expect(clock.deadline == nil)
        clock.answerEnded(at: at(7))
        #expect(clock.deadline == at(67))
        #expect(clock.expire(at: at(67)) == .close)
    }

    @Test("drains an ending connection for 2 seconds or 64 KiB, and only once its answer is out")
    func lingering() {
        var clock = readingBody()
        clock.outputClosing()
        #expect(clock.deadline == nil)
        #expect(clock.bytesArrived(1 << 20, at: at(1)) == .drop)
        clock.outputClosed(at: at(50))
        #expect(clock.deadline == at(52))
        #expect(clock.bytesArrived(60 * 1024, at: at(51)) == .drop)
        #expect(clock.bytesArrived(5 * 1024, at: at(51)) == .close)
        #expect(clock.expire(at: at(52)) == .close)
    }

    @Test("cuts off a reader that takes nothing for 30 seconds, whatever else goes on")
    func stalled() {
        var clock = readingBody()
        clock.requestEnded()
        clock.wrote(taken: 1000, waiting: 500, at: at(1))
        clock.wrote(taken: 1000, waiting: 900, at: at(20))
        #expect(clock.deadline == at(31))
        clock.wrote(taken: 1001, waiting: 900, at: at(30))
        #expect(clock.expire(at: at(31)) == nil)
        #expect(clock.expire(at: at(60)) == .close)
        clock.wrote(taken: 1901, waiting: 0, at: at(60))
        #expect(clock.deadline == nil)
    }

    @Test("counts the wait for the next request from when the last answer was taken")
    func slowReader() {
        var clock = readingBody()
        clock.requestEnded()
        clock.answerEnded(at: at(1))
        clock.wrote(taken: 1000, waiting: 500, at: at(1))
        #expect(clock.deadline == at(31))
        for second in stride(from: 30.0, through: 120, by: 30) {
            clock.wrote(taken: 1000 + Int(second), waiting: 400, at: at(second))
            #expect(clock.expire(at: at(second)) == nil)
        }
        clock.wrote(taken: 1500, waiting: 0, at: at(130))
        #expect(clock.deadline == at(190))
    }

    @Test("finds out within 30 seconds that nothing of a small answer was taken, without asking each time")
    func unasked() {
        var clock = readingBody()
        clock.requestEnded()
        clock.answerEnded(at: at(1))
        clock.wroteUnasked(taken: 500, at: at(1))
        clock.wroteUnasked(taken: 500, at: at(20))
        #expect(clock.deadline == at(31))
        var progressing = clock
        progressing.wrote(taken: 501, waiting: 99, at: at(31))
        #expect(progressing.expire(at: at(31)) == nil)
        #expect(progressing.deadline == at(61))
        var taken = clock
        taken.wrote(taken: 600, waiting: 0, at: at(31))
        #expect(taken.deadline == at(61))
        clock.wrote(taken: 500, waiting: 100, at: at(31))
        #expect(clock.expire(at: at(31)) == .close)
    }

    @Test("never goes back to serving once a connection ends", arguments: SeededGenerator.seeds(30))
    func ending(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var clock = readingBody()
        clock.outputClosing()
        for step in 1...200 {
            let now = at(Double(step) / 1000)
            switch Int.random(in: 0..<9, using: &random) {
            case 0: _ = clock.bytesArrived(Int.random(in: 0...100, using: &random), at: now)
            case 1: clock.headEnded(at: now)
            case 2: clock.bodyArrived(5)
            case 3: clock.readAsked(at: now)
            case 4: clock.readDone(at: now)
            case 5: clock.requestEnded()
            case 6: clock.answerEnded(at: now)
            case 7: clock.outputClosing()
            default: clock.outputClosed(at: now)
            }
            #expect(clock.isEnding, "seed \(seed), step \(step)")
        }
    }
}
