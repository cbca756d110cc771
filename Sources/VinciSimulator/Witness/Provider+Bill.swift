extension Provider {
    /// The bill as it stands at `now`.
    mutating func bill(at now: Moment) -> Bill {
        settle(until: now)
        return Bill(
            accounts: accounts.values.map(BilledAccount.init).sorted { $0.id < $1.id },
            totals: BillTotals(
                jobs: jobs.nextNumber, charged: accounts.values.reduce(.zero) { $0 + $1.spent }),
            lines: jobs.all.map { BillLine($0, at: now) },
            linesForgotten: jobs.forgottenCount)
    }
}

extension BilledAccount {
    init(_ account: Account) {
        self.init(
            id: account.id, deposited: account.deposited, spent: account.spent, balance: account.balance,
            openEstimates: account.openEstimates)
    }
}

extension BillLine {
    init(_ job: Job, at now: Moment) {
        let phase = job.phase(at: now)
        self.init(
            requestID: job.requestID, accountID: job.accountID, keyID: job.keyID, kind: job.order.kind,
            promptSHA256: job.order.promptSHA256, state: phase.status, createdAt: job.createdAt,
            endedAt: phase.isEnd ? job.endsAt : nil, orderedSeconds: job.order.seconds,
            length: phase == .completed ? job.length : nil, estimate: job.estimate,
            cost: phase.isEnd ? job.cost : nil)
    }
}
