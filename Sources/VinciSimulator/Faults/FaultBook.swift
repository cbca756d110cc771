/// What a rule can look at in a request.
struct FaultSubject: Sendable {
    let call: Call
    let keyID: String?
    let prompt: String?
}

/// The rules in force and how often each has been met.
struct FaultBook: Sendable {
    fileprivate struct Entry: Sendable {
        let rule: FaultRule
        var met = 0
        var fired = 0
        var dice: SeededRandom

        init(_ rule: FaultRule) {
            self.rule = rule
            dice = SeededRandom(seed: rule.match.probability?.seed ?? 0)
        }
    }

    private var entries: [Entry]

    init(rules: [FaultRule]) { entries = rules.map(Entry.init) }

    mutating func add(_ rules: [FaultRule]) { entries += rules.map(Entry.init) }

    mutating func removeAll() { entries = [] }

    /// The first rule that applies, which thereby has fired once more.
    mutating func rule(for subject: FaultSubject) -> FaultRule? {
        for index in entries.indices where entries[index].applies(to: subject) { return entries[index].rule }
        return nil
    }

    var report: [FaultReport] {
        entries.map { FaultReport(name: $0.rule.name, met: $0.met, fired: $0.fired) }
    }
}

extension FaultBook.Entry {
    /// Counts the request where it meets the conditions, throws the dice, and counts again where the rule fires.
    fileprivate mutating func applies(to subject: FaultSubject) -> Bool {
        let match = rule.match
        guard match.concerns(subject), !(rule.action?.isForSubmitsOnly ?? false) || subject.call.isSubmit else {
            return false
        }
        met += 1
        guard match.nth == nil || match.nth == met else { return false }
        if let chance = match.probability {
            guard Double.random(in: 0..<1, using: &dice) < chance.probability else { return false }
        }
        guard match.times.map({ fired < $0 }) ?? true else { return false }
        fired += 1
        return true
    }
}

extension FaultMatch {
    fileprivate func concerns(_ subject: FaultSubject) -> Bool {
        if let call, call != subject.call { return false }
        if let keyID, keyID != subject.keyID { return false }
        if let promptContains, !(subject.prompt?.contains(promptContains) ?? false) { return false }
        return true
    }
}

/// One row of `GET /simulator/v1/faults`.
package struct FaultReport: Sendable, Equatable, Encodable {
    package let name: String
    /// Requests that met the conditions.
    package let met: Int
    /// Requests that the rule decided.
    package let fired: Int
}
