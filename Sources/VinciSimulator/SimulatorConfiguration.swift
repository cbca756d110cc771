/// How a simulator starts: who has keys and money, how long jobs take, what goes wrong.
package struct SimulatorConfiguration: Sendable {
    /// Port on 127.0.0.1; 0 takes a free one. There is no other host: the control endpoint asks for no key.
    package var port: Int
    package var accounts: [AccountSeed]
    /// Time from order to end of a job.
    package var jobDuration: Duration
    package var billedLength: BilledLength
    package var faults: [FaultRule]
    /// Of ids, keys and colours. Random unless given, so that two simulators never hand out the same request ids.
    package var seed: UInt64
    /// Jobs kept in memory; past it the ones that ended first are forgotten, and open ones are refused with 503.
    package var jobsMax: Int
    /// Submits kept in the witness's log; past it the oldest are dropped and counted.
    package var submitsMax: Int

    package init(
        port: Int = 0, accounts: [AccountSeed] = [AccountSeed()], jobDuration: Duration = .seconds(8),
        billedLength: BilledLength = .asOrdered, faults: [FaultRule] = [],
        seed: UInt64 = .random(in: .min ... .max), jobsMax: Int = 500_000, submitsMax: Int = 100_000
    ) {
        self.port = port
        self.accounts = accounts
        self.jobDuration = jobDuration
        self.billedLength = billedLength
        self.faults = faults
        self.seed = seed
        self.jobsMax = jobsMax
        self.submitsMax = submitsMax
    }
}

/// An account, the money on it and its keys.
package struct AccountSeed: Sendable {
    package var id: String
    package var balance: USD
    package var keys: [KeySeed]

    package init(id: String = "main", balance: USD = .dollars(100), keys: [KeySeed] = [KeySeed()]) {
        self.id = id
        self.balance = balance
        self.keys = keys
    }
}

/// An API key that exists from the start.
package struct KeySeed: Sendable {
    /// What clients send as bearer token.
    package var text: String
    /// `vinci_…`, drawn at random when nil.
    package var id: String?
    package var name: String
    /// Vinci allows 1…100 to new keys; a key that exists from the start may have more, for load tests.
    package var requestsPerMinute: Int

    package static let defaultText = "sk-simulator-practice-key"

    package init(
        _ text: String = Self.defaultText, id: String? = nil, name: String = "Practice key",
        requestsPerMinute: Int = 10
    ) {
        self.text = text
        self.id = id
        self.name = name
        self.requestsPerMinute = requestsPerMinute
    }
}

/// How the length of the video that is made, and billed, relates to the one ordered.
package enum BilledLength: Sendable, Equatable {
    case asOrdered
    /// Longer by this many milliseconds; 200 gives the 5.2 s for 5 s of Vinci's documentation.
    case longer(milliseconds: Int)

    func length(ofSeconds seconds: Int) -> VideoLength {
        switch self {
        case .asOrdered: VideoLength(seconds: seconds)
        case .longer(let milliseconds): VideoLength(milliseconds: seconds * 1000 + milliseconds)
        }
    }
}
