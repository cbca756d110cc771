/// What our books say about the Vinci account at one instant.
package struct AccountBooks: Sendable, Equatable {
    /// Everything ever charged to a hold.
    package var captured: MicroUSD
    /// Open holds.
    package var held: MicroUSD
    /// Holds that were released on Vinci's word alone and not yet seen to be right.
    package var toVerify: [ReleaseToVerify]
    /// Orders whose outcome is unknown, oldest first.
    package var unknown: [UnknownOrder]
    /// Nothing is at Vinci, or on its way there, whose end will still be told.
    package var isQuiet: Bool

    package init(
        captured: MicroUSD, held: MicroUSD, toVerify: [ReleaseToVerify], unknown: [UnknownOrder], isQuiet: Bool
    ) {
        self.captured = captured
        self.held = held
        self.toVerify = toVerify
        self.unknown = unknown
        self.isQuiet = isQuiet
    }
}

package struct UnknownOrder: Sendable, Hashable {
    package let job: JobID
    package let hold: MicroUSD

    package init(job: JobID, hold: MicroUSD) {
        self.job = job
        self.hold = hold
    }
}

package struct ReleaseToVerify: Sendable, Hashable {
    package let job: JobID
    package let hold: MicroUSD
    package let releasedAt: Timestamp

    package init(job: JobID, hold: MicroUSD, releasedAt: Timestamp) {
        self.job = job
        self.hold = hold
        self.releasedAt = releasedAt
    }
}
