/// What is known about the account and the books together, from sample to sample. Pure; the store keeps it.
package struct Reconciliation: Sendable, Equatable {
    package struct Terms: Sendable, Equatable {
        /// Two quiet samples agree only when they are so far apart.
        package var agreementGap: Duration
        /// Before an order was seen to be unknown for so long, an account that has not charged it proves nothing.
        package var evidenceAge: Duration
        /// A difference is an alarm only when it is still there after so long.
        package var confirmation: Duration
        /// False: others use the account too, so nothing is concluded and nothing closed.
        package var isExclusive: Bool

        package init(
            agreementGap: Duration = .seconds(295), evidenceAge: Duration = .seconds(900),
            confirmation: Duration = .seconds(10), isExclusive: Bool = true
        ) {
            self.confirmation = confirmation
            self.agreementGap = agreementGap
            self.evidenceAge = evidenceAge
            self.isExclusive = isExclusive
        }
    }

    /// Nil until nothing was open for a moment.
    package var baseline: AccountBaseline?
    /// Releases up to here have been seen to be right.
    package var verifiedUpTo: Timestamp
    /// Outside of the bounds by so much, as seen by the last sample.
    package var drift: MicroUSD
    /// Since when it has been on this side of the bounds; nil while it is within them.
    package var driftSince: Timestamp?
    package var isAlarmed: Bool
    /// No further holds: the account spends what the books know nothing of.
    package var isClosed: Bool

    package init(
        baseline: AccountBaseline? = nil, verifiedUpTo: Timestamp = Timestamp(microseconds: 0), drift: MicroUSD = .zero,
        driftSince: Timestamp? = nil, isAlarmed: Bool = false, isClosed: Bool = false
    ) {
        self.baseline = baseline
        self.verifiedUpTo = verifiedUpTo
        self.drift = drift
        self.driftSince = driftSince
        self.isAlarmed = isAlarmed
        self.isClosed = isClosed
    }

    /// What follows from one more sample.
    package struct Conclusion: Sendable, Equatable {
        /// Nil until there is a baseline.
        package var comparison: AccountComparison?
        package var evidence: ChargeEvidence?
        /// Unknown orders that the evidence speaks about.
        package var judged: [UnknownOrder] = []

        package init() {}
    }

    /// - previous: the sample before this one.
    /// - Throws: `.overflow` for figures beyond 64 bits; nothing is concluded then.
    package mutating func take(
        _ sample: AccountSample, after previous: AccountSample?, _ terms: Terms
    ) throws(MoneyFault) -> Conclusion {
        var conclusion = Conclusion()
        guard let baseline else {
            self.baseline = AccountBaseline(sample)
            return conclusion
        }
        let comparison = try AccountComparison(sample, since: baseline)
        conclusion.comparison = comparison
        note(comparison.drift, at: sample.at, terms)
        guard terms.isExclusive, let previous, agree(previous, sample, terms) else { return conclusion }

        let judged = sample.after.unknown.filter { order in
            sample.unknownSince[order.job].map { sample.takenAt.since($0) >= terms.evidenceAge } ?? false
        }
        // Of a younger order the account may still be charged: it could explain a difference, or none yet.
        guard judged.count == sample.after.unknown.count || comparison.unexplained == .zero else { return conclusion }
        let evidence = ChargeEvidence(
            unexplained: comparison.unexplained, unknown: judged, toVerify: sample.after.toVerify)
        if evidence == .nothingCharged { verifiedUpTo = max(verifiedUpTo, previous.at) }
        conclusion.evidence = evidence
        conclusion.judged = judged
        return conclusion
    }

    /// An operator has explained the drift: from now on it is part of the baseline.
    package mutating func accept(_ comparison: AccountComparison) throws(MoneyFault) {
        guard var baseline else { return }
        baseline.spent = try baseline.spent.adding(comparison.drift)
        self.baseline = baseline
        drift = .zero
        driftSince = nil
        isAlarmed = false
        isClosed = false
    }

    /// A difference that the next sample does not show any more was a matter of moments: Vinci and we do not write at the
    /// same time.
    private mutating func note(_ drift: MicroUSD, at now: Timestamp, _ terms: Terms) {
        let isSameSide = drift.isOnTheSameSide(as: self.drift)
        self.drift = drift
        driftSince = drift == .zero ? nil : isSameSide ? driftSince ?? now : now
        isAlarmed = driftSince.map { now.since($0) >= terms.confirmation } ?? false
        isClosed = isAlarmed && drift > .zero && terms.isExclusive
    }

    private func agree(_ earlier: AccountSample, _ later: AccountSample, _ terms: Terms) -> Bool {
        earlier.isQuiet && later.isQuiet && earlier.after == later.before && earlier.spent == later.spent
            && later.takenAt.since(earlier.takenAt) >= terms.agreementGap
    }
}

extension MicroUSD {
    fileprivate func isOnTheSameSide(as other: MicroUSD) -> Bool {
        self > .zero && other > .zero || self < .zero && other < .zero
    }
}
