/// One order that Vinci has accepted, and what it really costs: the witness against which the gateway's books are checked.
/// Amounts are whole millionths of a dollar, in a type of their own making.
final class Video: WorldBound, @unchecked Sendable {
    enum Fate {
        case completed(cost: Int64, tells: CostReport)
        case failed
        /// Goes on for ever.
        case endless
    }

    /// How the status reply tells the cost.
    enum CostReport {
        case plainly
        /// With a fraction of a millionth, which counts as a whole one.
        case withFraction
        /// Left out: it is then the delivered seconds at the list price.
        case leftOut
    }

    let id: String
    /// The client's call that ordered it.
    let call: Int
    let seconds: Int
    let fate: Fate
    let acceptedAt: Int64
    /// Before then Vinci's status call does not know it yet.
    let visibleAt: Int64
    /// Nil when it has no end.
    let endsAt: Int64?
    private(set) var hasEnded = false
    /// What the account has paid for it by now.
    private(set) var charged: Int64 = 0

    init(
        id: String, call: Int, seconds: Int, fate: Fate, acceptedAt: Int64, visibleAt: Int64, endsAt: Int64?,
        paidAtOnce: Bool
    ) {
        self.id = id
        self.call = call
        self.seconds = seconds
        self.fate = fate
        self.acceptedAt = acceptedAt
        self.visibleAt = visibleAt
        self.endsAt = endsAt
        if paidAtOnce { charged = finalCharge }
    }

    /// What it costs in the end.
    var finalCharge: Int64 {
        switch fate {
        case .completed(let cost, _): cost
        case .failed, .endless: 0
        }
    }

    func end() {
        hasEnded = true
        charged = finalCharge
    }
}
