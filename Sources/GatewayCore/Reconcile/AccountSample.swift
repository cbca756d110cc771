/// The account's own total beside what the books said around the same moment.
package struct AccountSample: Sendable, Equatable {
    package let at: Timestamp
    /// What must last is measured by the clock that nobody puts forward.
    package let takenAt: Uptime
    /// `total_spent_usd` of the account.
    package let spent: MicroUSD
    package let balance: MicroUSD
    /// Read before Vinci was asked: all of its captures must be in `spent`.
    package let before: AccountBooks
    /// Read after Vinci answered: nothing beyond its holds can be in `spent`.
    package let after: AccountBooks
    /// Since when each order was seen to be unknown, from sample to sample of this process.
    package let unknownSince: [JobID: Uptime]

    /// - previous: the sample before this one in the same process.
    package init(
        at: Timestamp, takenAt: Uptime, spent: MicroUSD, balance: MicroUSD, before: AccountBooks, after: AccountBooks,
        following previous: AccountSample?
    ) {
        self.at = at
        self.takenAt = takenAt
        unknownSince = after.unknown.reduce(into: [:]) { since, order in
            since[order.job] = previous?.unknownSince[order.job] ?? takenAt
        }
        self.spent = spent
        self.balance = balance
        self.before = before
        self.after = after
    }

    /// Nothing was under way before, while or after Vinci was asked, and nothing ended meanwhile.
    package var isQuiet: Bool { before.isQuiet && before == after }
}

/// From where on the account and the books are compared. Taken at a moment when nothing was open.
package struct AccountBaseline: Sendable, Equatable {
    package var at: Timestamp
    package var spent: MicroUSD
    package var captured: MicroUSD

    package init(at: Timestamp, spent: MicroUSD, captured: MicroUSD) {
        self.at = at
        self.spent = spent
        self.captured = captured
    }

    /// Nil while something is open: what of it the account has charged already, nobody can tell.
    package init?(_ sample: AccountSample) {
        guard sample.isQuiet, sample.after.unknown.isEmpty, sample.after.held == .zero else { return nil }
        self.init(at: sample.at, spent: sample.spent, captured: sample.after.captured)
    }
}
