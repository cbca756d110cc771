/// What the account's total proves about orders of unknown outcome.
package enum ChargeEvidence: Sendable, Equatable {
    /// None of the orders was charged, and no release was wrong.
    case nothingCharged
    /// Exactly this order was charged, for this amount.
    case charged(JobID, MicroUSD)
    /// More than one explanation fits, or none that the books could follow: an operator decides.
    case undecided

    /// Beyond this many open questions not all answers are tried.
    private static let candidatesMax = 16

    /// - unexplained: what the account has spent beyond all captures, the same in two samples with nothing under way.
    package init(unexplained: MicroUSD, unknown: [UnknownOrder], toVerify: [ReleaseToVerify]) {
        guard unexplained != .zero else {
            self = .nothingCharged
            return
        }
        let holds = unknown.map(\.hold) + toVerify.map(\.hold)
        // Of several orders nothing says what each cost: one may have cost more than it was thought to, another less.
        guard unexplained > .zero, holds.count <= ChargeEvidence.candidatesMax,
            let charged = ChargeEvidence.onlySubset(of: holds, explaining: unexplained),
            charged.count == 1, let index = charged.first, index < unknown.count
        else {
            self = .undecided
            return
        }
        self = .charged(unknown[index].job, unexplained)
    }

    /// The indices of the one set whose members can have cost `amount` together, each something and none more than its hold;
    /// nil when there is none or more than one.
    private static func onlySubset(of holds: [MicroUSD], explaining amount: MicroUSD) -> [Int]? {
        var found: [Int]?
        for set in 1..<(1 << holds.count) {
            let members = holds.indices.filter { set & (1 << $0) != 0 }
            let most = members.reduce(Int64(0)) { $0 &+ holds[$1].count }
            guard amount.count >= Int64(members.count), amount.count <= most else { continue }
            guard found == nil else { return nil }
            found = members
        }
        return found
    }
}
