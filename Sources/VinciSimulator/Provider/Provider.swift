/// Everything the simulated Vinci remembers and decides: accounts, keys, jobs, rules and what it witnessed.
///
/// A value without clock, lock or I/O. Every verb takes `now` and first ends the jobs that are over by then, so the money
/// is always as it would be if each job had ended on its own at its moment.
struct Provider: Sendable {
    var accounts: [String: Account] = [:]
    var keys = KeyRing()
    var jobs: JobBook
    var faults: FaultBook
    var log: RequestLog
    var random: SeededRandom
    let jobDuration: Duration
    let billedLength: BilledLength

    /// - Throws: when two keys or accounts of the configuration collide, or a value is out of range.
    init(_ configuration: SimulatorConfiguration, at now: Moment) throws(SimulatorMisconfigured) {
        try configuration.check()
        jobs = JobBook(jobsMax: configuration.jobsMax)
        log = RequestLog(submitsMax: configuration.submitsMax)
        faults = FaultBook(rules: configuration.faults)
        random = SeededRandom(seed: configuration.seed)
        jobDuration = configuration.jobDuration
        billedLength = configuration.billedLength
        for account in configuration.accounts { try open(account, at: now) }
    }

    private mutating func open(_ seed: AccountSeed, at now: Moment) throws(SimulatorMisconfigured) {
        guard accounts[seed.id] == nil else { throw .duplicateAccount(seed.id) }
        accounts[seed.id] = Account(id: seed.id, deposited: seed.balance)
        for key in seed.keys {
            let isNew = keys.add(
                APIKey(
                    id: key.id ?? newKeyID(), text: key.text, accountID: seed.id, name: key.name, createdAt: now,
                    window: RateWindow(limit: key.requestsPerMinute)))
            guard isNew else { throw .duplicateKey(name: key.name) }
        }
    }

    mutating func newKeyID() -> String { "vinci_" + random.base62(16) }

    /// Ends every job that is over by `now`, in the order of their ends, and takes the money of the completed ones.
    mutating func settle(until now: Moment) {
        while let job = jobs.popEnded(at: now) {
            if job.error == nil {
                accounts[job.accountID]?.jobCompleted(
                    estimate: job.estimate, cost: job.cost, length: job.length, at: job.endsAt ?? now)
            } else {
                accounts[job.accountID]?.jobFailed(estimate: job.estimate)
            }
        }
    }
}
