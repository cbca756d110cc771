import GatewayCore
import GatewayTesting

/// What a world is like, drawn from its seed before anything happens in it. Not everything goes wrong everywhere: each
/// world draws which kinds of trouble it knows at all, so that rare combinations come up undisturbed by the others.
struct WorldPlan {
    struct Key {
        let id: UpstreamKeyID
        let requestsPerMinute: Int
    }

    /// In percent of the calls.
    struct Trouble {
        var submit = 0
        var status = 0
        var store = 0
        /// How often nobody can say whether a commit happened.
        var storeAnswers = 0
        /// How often a call of the store lets others go first, and how often it takes its time.
        var storeTurns = 0
        var storeDelays = 0
    }

    enum FateKind: CaseIterable {
        case asEstimated, cheaper, dearer, aboveHold, withFraction, free, costLeftOut, failing, endless
    }

    let start: Timestamp
    let hostCount: Int
    /// Whether several processes may use the store, as on PostgreSQL.
    let isShared: Bool
    let hasRefresher: Bool
    let keys: [Key]
    let price = Price(perSecond: MicroUSD(count: World.pricePerSecond), holdMarginPercent: 10)
    let openJobsMax: Int
    let duplicateWindow: Duration
    let slotWait: Duration
    /// As the program works it out from its settings.
    var answerWithin: Duration { max(.seconds(30), slotWait + .seconds(10)) + .seconds(4) }
    /// Whether a complete 500 of Vinci's is taken for "not created" (`upstream.on_server_error: release`).
    let releasesOnServerError: Bool
    let accountPaysAtOnce: Bool
    let trouble: Trouble
    let submitFaults: [SubmitFault]
    let fates: [(weight: Int, choice: FateKind)]
    let crashesMax: Int
    let freezesMax: Int
    let outagesMax: Int
    let stopsMax: Int
    let actCount: Int
    /// Lost outcomes are left to the account's total for a while.
    let operatorIsLate: Bool

    init(_ dice: Dice) {
        start = Timestamp.at(dice.pick(WorldPlan.starts)).adding(.seconds(-dice.between(0, 150)))
        hostCount = Replicas.areSafe && dice.chance(25) ? 2 : 1
        isShared = hostCount > 1 || dice.chance(12)
        hasRefresher = hostCount > 1 || dice.chance(30)
        keys = (0..<dice.between(1, 2)).map { number in
            Key(id: UpstreamKeyID(stored: "key-\(number)"), requestsPerMinute: dice.pick([1, 2, 3, 5, 60, 100]))
        }
        openJobsMax = dice.chance(20) ? dice.between(1, 4) : 100
        duplicateWindow = dice.pick([.zero, .seconds(10), .seconds(10), .seconds(60)])
        slotWait = dice.pick([.zero, .seconds(5), .seconds(5), .seconds(40)])
        releasesOnServerError = dice.chance(15)
        accountPaysAtOnce = dice.chance(50)
        trouble = Trouble(
            submit: dice.pick([0, 10, 30, 70, 100]), status: dice.pick([0, 0, 10, 40]),
            store: dice.pick([0, 0, 0, 2, 10]), storeAnswers: dice.pick([0, 0, 2, 10]),
            storeTurns: dice.pick([0, 50, 90]),
            storeDelays: dice.pick([0, 0, 5, 30]))
        let faults = SubmitFault.allCases.filter { $0 != .none && dice.chance(40) }
        submitFaults = faults.isEmpty ? [.lostAfter] : faults
        let fates = FateKind.allCases.filter { $0 != .asEstimated && $0 != .endless && dice.chance(40) }
        self.fates =
            [(2, .asEstimated)] + fates.map { (weight: 2, choice: $0) } + (dice.chance(4) ? [(1, .endless)] : [])
        crashesMax = dice.pick([0, 1, 1, 2, 3])
        freezesMax = dice.pick([0, 0, 1])
        outagesMax = dice.pick([0, 0, 0, 1, 2])
        stopsMax = dice.pick([0, 0, 0, 1])
        actCount = dice.between(1, 2)
        operatorIsLate = dice.chance(20)
    }

    /// Moments at which a period is about to end somewhere.
    private static let starts = [
        // A Monday begins in UTC; a month; a year.
        "2026-11-22T23:59:40Z", "2026-11-30T23:59:40Z", "2026-12-31T23:59:40Z",
        // Midnight in Berlin, just before clocks go back and forward there.
        "2026-10-24T22:00:20Z", "2026-10-25T22:59:40Z", "2026-03-28T22:59:40Z",
        // São Paulo leaves out a midnight; Apia a whole day; St John's begins its day at half past.
        "2018-11-04T02:59:40Z", "2011-12-30T09:59:40Z", "2026-07-01T02:29:40Z",
        // No period ends.
        "2026-11-18T12:00:00Z",
    ]

    static let zones = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "America/St_Johns"]
}

/// Whether several gateways may share one store yet. Until every process knows which others are alive, each takes all
/// others for dead when it starts, so only one may run.
enum Replicas {
    static let areSafe = true
}
