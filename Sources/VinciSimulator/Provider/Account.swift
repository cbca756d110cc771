/// One paying account. Money is taken when a job completes; until then its estimate is only spoken for.
struct Account: Sendable {
    let id: String
    private(set) var deposited: USD
    private(set) var spent = USD.zero
    /// Estimates of jobs that have not ended.
    private(set) var openEstimates = USD.zero
    private(set) var usage = UsageHistory()

    init(id: String, deposited: USD) {
        self.id = id
        self.deposited = deposited
    }

    /// May fall below zero: a job that cost more than its estimate is still charged in full.
    var balance: USD { deposited - spent }
    var available: USD { balance - openEstimates }

    mutating func deposit(_ amount: USD) { deposited += amount }
    mutating func jobOpened(estimate: USD) { openEstimates += estimate }

    mutating func jobFailed(estimate: USD) { openEstimates -= estimate }

    mutating func jobCompleted(estimate: USD, cost: USD, length: VideoLength, at moment: Moment) {
        openEstimates -= estimate
        spent += cost
        usage.add(cost: cost, length: length, at: moment)
    }
}
