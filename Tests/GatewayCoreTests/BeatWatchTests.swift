import GatewayCore
import Testing

@Suite("Who watches the beats of others") struct BeatWatchTests {
    private let terms = LeaseTerms(beat: .seconds(2), validity: .seconds(7), silence: .seconds(10))
    private let start = Uptime(microseconds: 5_000_000)

    private func beat(_ name: String, _ count: Int64) -> BeatWatch.Beat {
        BeatWatch.Beat(process: ProcessID(stored: name), count: count)
    }

    @Test("takes one for dead after the whole silence, not before") func silence() {
        var watch = BeatWatch(terms)
        for second in stride(from: 0, to: 10, by: 2) {
            #expect(watch.look(at: [beat("a", 3)], now: start.adding(.seconds(second))).isEmpty)
        }
        #expect(watch.look(at: [beat("a", 3)], now: start.adding(.seconds(10))) == [beat("a", 3)])
    }

    @Test("never takes one for dead whose beat grows, however slowly") func slow() {
        var watch = BeatWatch(terms)
        for second in stride(from: 0, to: 100, by: 2) {
            let found = watch.look(at: [beat("a", Int64(second / 8))], now: start.adding(.seconds(second)))
            #expect(found.isEmpty)
        }
    }

    @Test("gives everybody the full time again after a gap in which it could not look") func gap() {
        var watch = BeatWatch(terms)
        _ = watch.look(at: [beat("a", 3)], now: start)
        #expect(watch.look(at: [beat("a", 3)], now: start.adding(.seconds(60))).isEmpty)
        for second in [62, 64, 66, 68] {
            #expect(watch.look(at: [beat("a", 3)], now: start.adding(.seconds(second))).isEmpty)
        }
        #expect(watch.look(at: [beat("a", 3)], now: start.adding(.seconds(70))) == [beat("a", 3)])
    }

    @Test("judges each by its own beat, and forgets those that are gone") func several() {
        var watch = BeatWatch(terms)
        for second in stride(from: 0, through: 10, by: 2) {
            let found = watch.look(
                at: [beat("a", 1), beat("b", Int64(second))], now: start.adding(.seconds(second)))
            #expect(found == (second == 10 ? [beat("a", 1)] : []))
        }
        #expect(watch.look(at: [], now: start.adding(.seconds(12))).isEmpty)
        #expect(watch.look(at: [beat("a", 1)], now: start.adding(.seconds(14))).isEmpty)
    }

    @Test("acts only after whoever is watched has stopped acting") func order() {
        let terms = LeaseTerms.standard
        #expect(terms.validity + terms.beat <= terms.silence)
        #expect(terms.beat * 3 <= terms.validity)
    }
}
