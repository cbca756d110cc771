/// The simulator in process: what its control endpoint offers, without HTTP.
extension VinciSimulator {
    /// Every job and what it cost, as of now.
    package var bill: Bill { desk.ask { $0.bill(at: $1) } }

    /// What arrived, counted per call, minute and key, with the log of orders.
    package var requests: RequestReport { desk.ask { provider, _ in provider.log.report } }

    /// Orders that arrived with a good key and could be read, oldest first.
    package var submits: [SubmitRecord] { requests.submits }

    /// The rules in force, in their order, with how often each fired.
    package var faults: [FaultReport] { desk.ask { provider, _ in provider.faults.report } }

    /// Appends a rule; earlier ones are asked first.
    package func addFault(_ rule: FaultRule) { desk.ask { provider, _ in provider.faults.add([rule]) } }

    /// Appends the rules of a script, or none of them.
    ///
    /// - Throws: where and why the script was refused.
    package func addFaults(script: String) throws(ScriptProblem) {
        let rules = try FaultScript.rules(in: script)
        desk.ask { provider, _ in provider.faults.add(rules) }
    }

    package func removeFaults() { desk.ask { provider, _ in provider.faults.removeAll() } }

    /// - Returns: false when there is no such account, or the amount is not above zero.
    package func deposit(_ amount: USD, to accountID: String) -> Bool {
        guard amount > .zero, amount <= .largestNamed else { return false }
        let account = desk.ask { provider, now in try? provider.deposit(amount, to: accountID, at: now) }
        return account != nil
    }
}
