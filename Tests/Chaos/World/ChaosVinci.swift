import VinciSimulator

/// A Vinci in the tests' own process, which no kill of a gateway reaches: slow now and then, and sometimes wrong.
enum ChaosVinci {
    /// - keys: of one account with plenty of money.
    static func configuration(_ seed: ChaosSeed, keys: [String], jobDuration: Duration) -> SimulatorConfiguration {
        SimulatorConfiguration(
            accounts: [
                AccountSeed(
                    balance: .dollars(1_000_000),
                    keys: keys.enumerated().map { KeySeed($1, name: "key \($0)", requestsPerMinute: 1_000_000) })
            ], jobDuration: jobDuration, billedLength: .longer(milliseconds: 200), faults: faults(seed))
    }

    /// Rules are asked in their order and the first that applies decides, so the shares are of what is left.
    private static func faults(_ seed: ChaosSeed) -> [FaultRule] {
        var number: UInt64 = 0
        func chance(_ probability: Double) -> Chance {
            number += 1
            return Chance(probability, seed: seed.value &+ number)
        }
        let orders: [FaultRule] = [Call.submitText, .submitImage].flatMap { call in
            [
                FaultRule(
                    "taken, and the reply lost", match: FaultMatch(call, probability: chance(0.02)),
                    action: .dropAfterAccept),
                FaultRule(
                    "lost", match: FaultMatch(call, probability: chance(0.02)), action: .dropBeforeAccept),
                FaultRule(
                    "taken, and called a failure", match: FaultMatch(call, probability: chance(0.01)),
                    action: .answer(CannedReply(status: 500, detail: "Internal server error"))),
                FaultRule(
                    "not taken, with a 503", match: FaultMatch(call, probability: chance(0.01)),
                    action: .refuse(CannedReply(status: 503, detail: "Service unavailable"))),
                FaultRule(
                    "refused", match: FaultMatch(call, probability: chance(0.03)),
                    action: .refuse(CannedReply(status: 422, detail: "The prompt is not allowed"))),
                FaultRule(
                    "fails in the end", match: FaultMatch(call, probability: chance(0.05)),
                    action: .job(JobFate(error: "The model gave up"))),
                FaultRule(
                    "taken slowly", match: FaultMatch(call, probability: chance(0.2)), delayAccept: .milliseconds(120)),
                FaultRule(
                    "answered slowly", match: FaultMatch(call, probability: chance(0.25)),
                    delayReply: .milliseconds(180)),
                FaultRule(
                    "taken and answered a little later", match: FaultMatch(call, probability: chance(0.5)),
                    delayAccept: .milliseconds(20), delayReply: .milliseconds(20)),
            ]
        }
        let polls = [
            FaultRule(
                "poll lost", match: FaultMatch(.status, probability: chance(0.02)), action: .dropBeforeAccept),
            FaultRule(
                "poll fails", match: FaultMatch(.status, probability: chance(0.02)),
                action: .refuse(CannedReply(status: 500, detail: "Internal server error"))),
            FaultRule(
                "slow poll", match: FaultMatch(.status, probability: chance(0.1)), delayReply: .milliseconds(150)),
        ]
        return orders + polls
    }
}
