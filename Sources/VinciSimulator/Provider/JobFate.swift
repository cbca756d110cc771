/// What a rule decides about a job at the moment it is created; the bill follows it.
package struct JobFate: Sendable, Equatable {
    package enum Cost: Sendable, Equatable {
        /// 100 is the regular price, 150 an overrun by half, 0 a gift. Rounded to a cent.
        case percent(Int)
        case exactly(USD)
    }

    package enum Identity: Sendable, Equatable {
        case given(String)
        /// The id of the account's job before this one, so that two jobs answer to one name.
        case ofPreviousJob
    }

    package var neverEnds = false
    /// Fails with this error, and costs nothing.
    package var error: String?
    package var cost: Cost?
    /// Length of the video that is made, and billed unless `cost` says otherwise.
    package var length: VideoLength?
    /// Time from order to end, instead of the simulator's own.
    package var takes: Duration?
    package var identity: Identity?

    package init(
        neverEnds: Bool = false, error: String? = nil, cost: Cost? = nil, length: VideoLength? = nil,
        takes: Duration? = nil, identity: Identity? = nil
    ) {
        self.neverEnds = neverEnds
        self.error = error
        self.cost = cost
        self.length = length
        self.takes = takes
        self.identity = identity
    }

    package static let regular = JobFate()

    func cost(of length: VideoLength) -> USD {
        switch cost {
        case .exactly(let amount): return amount
        case .percent(let percent):
            let cent: Int64 = 10_000
            let hundredfold = length.price.micros * Int64(percent)
            return USD(micros: (hundredfold + 50 * cent) / (100 * cent) * cent)
        case nil: return length.price
        }
    }
}
