import Testing

@testable import VinciSimulator

@Suite("A rule") struct FaultMatchTests {
    private let subject = FaultSubject(call: .submitText, keyID: "vinci_1", prompt: "A lighthouse at sea")

    private func fires(_ match: FaultMatch, on subjects: [FaultSubject]) -> [Bool] {
        var book = FaultBook(rules: [FaultRule(match: match, action: .dropBeforeAccept)])
        return subjects.map { book.rule(for: $0) != nil }
    }

    @Test("concerns the call, the key and the prompt it names, and everything where it names nothing")
    func concerns() {
        let others = [
            subject, FaultSubject(call: .status, keyID: "vinci_1", prompt: "A lighthouse at sea"),
            FaultSubject(call: .submitText, keyID: "vinci_2", prompt: nil),
        ]
        #expect(fires(FaultMatch(), on: others) == [true, true, true])
        #expect(fires(FaultMatch(.submitText), on: others) == [true, false, true])
        #expect(fires(FaultMatch(keyID: "vinci_1"), on: others) == [true, true, false])
        #expect(fires(FaultMatch(promptContains: "house at"), on: others) == [true, true, false])
        #expect(
            fires(FaultMatch(.status, promptContains: "sea", keyID: "vinci_1"), on: others) == [false, true, false])
    }

    @Test("may fire on the nth only, or a number of times only")
    func counts() {
        let five = [FaultSubject](repeating: subject, count: 5)
        #expect(fires(FaultMatch(nth: 3), on: five) == [false, false, true, false, false])
        #expect(fires(FaultMatch(times: 2), on: five) == [true, true, false, false, false])
    }

    @Test("counts only what it concerns")
    func countsConcerned() {
        let other = FaultSubject(call: .balance, keyID: "vinci_1", prompt: nil)
        #expect(fires(FaultMatch(.submitText, nth: 2), on: [subject, other, subject]) == [false, false, true])
    }

    @Test("of chance fires about as often as it says, and always alike for one seed")
    func chance() {
        let many = [FaultSubject](repeating: subject, count: 2_000)
        let first = fires(FaultMatch(probability: Chance(0.25, seed: 11)), on: many)
        #expect(first == fires(FaultMatch(probability: Chance(0.25, seed: 11)), on: many))
        #expect(first != fires(FaultMatch(probability: Chance(0.25, seed: 12)), on: many))
        #expect((400...600).contains(first.filter { $0 }.count))
        #expect(!fires(FaultMatch(probability: Chance(0)), on: many).contains(true))
        #expect(!fires(FaultMatch(probability: Chance(1)), on: many).contains(false))
    }

    @Test("decides alone when it comes first; one about jobs passes other calls by")
    func firstDecides() {
        var book = FaultBook(rules: [
            FaultRule("job", match: FaultMatch(), action: .job(JobFate(neverEnds: true))),
            FaultRule("first", match: FaultMatch(.status), action: .dropAfterAccept),
            FaultRule("second", match: FaultMatch(.status), action: .dropBeforeAccept),
        ])
        #expect(book.rule(for: FaultSubject(call: .status, keyID: nil, prompt: nil))?.name == "first")
        #expect(book.rule(for: subject)?.name == "job")
        #expect(book.report.map(\.fired) == [1, 1, 0])
    }
}
