import Yams

/// A list of rules as people write it: YAML, or JSON, which is YAML too.
///
/// `config/examples/simulator-faults.yaml` shows every key in use. A script is one mapping with one key, `rules`; a rule
/// has these keys, and every unknown key, wrong type or value out of range refuses the whole script:
///
/// | key | value |
/// |---|---|
/// | `name` | text, for the list of rules |
/// | `match` | mapping, below; required |
/// | `delay_accept`, `delay_reply` | `250ms`, `2s`, `5m`, at most `24h`: before and after the request is carried out |
/// | one action at most | below; a rule without an action must have a delay |
///
/// | in `match` | value |
/// |---|---|
/// | `call` | `submit-text`, `submit-image`, `status`, `balance`, `usage`, `keys` or `video`; any call without it |
/// | `prompt_contains`, `key_id` | text |
/// | `nth` | 1, 2, …: only that one of the requests concerned |
/// | `times` | 1, 2, …: at most so often |
/// | `probability` | 0…1; with `seed` (default 0), a whole number, for the dice |
///
/// | action | value |
/// |---|---|
/// | `refuse` | reply, instead of carrying the request out: `status`, and `detail` or `body` (+ `content_type`), `retry_after` |
/// | `answer` | the same, after the request was carried out |
/// | `redirect` | `location`, `status` (300…399, default 307); nothing is carried out |
/// | `drop` | `before-accept` or `after-accept`: the connection closes without a byte |
/// | `truncate` | bytes of the body after which the connection closes |
/// | `wrong_json` | `true` |
/// | `edit` | `remove`: list of top-level fields; `set`: mapping of fields to any values |
/// | `content_type` | text |
/// | `huge_body` | bytes, at most 1 GiB |
/// | `slow_body` | bytes per second |
/// | `job` | orders only: `never_ends: true`, `error`, `cost_percent` or `cost_usd`, `seconds` (length made and billed), `takes`, `request_id`, `duplicate_id: true` |
package enum FaultScript {
    /// - Throws: where and why the text is no script.
    package static func rules(in text: String) throws(ScriptProblem) -> [FaultRule] {
        var root = try ScriptMapping(root: text)
        let list = try root.required("rules")
        try root.finish()
        return try list.elements().map { item throws(ScriptProblem) in try FaultRule(item) }
    }
}

extension FaultRule {
    fileprivate init(_ item: ScriptValue) throws(ScriptProblem) {
        var rule = try item.mapping()
        let match = try FaultMatch(rule.required("match"))
        name = try rule.optional("name")?.text() ?? ""
        delayAccept = try rule.optional("delay_accept")?.duration() ?? .zero
        delayReply = try rule.optional("delay_reply")?.duration() ?? .zero
        action = try FaultAction(&rule)
        self.match = match
        try rule.finish()
        if action == nil, delayAccept == .zero, delayReply == .zero {
            throw item.problem("a rule needs an action or a delay")
        }
        if let action, action.isForSubmitsOnly, let call = match.call, !call.isSubmit {
            throw item.problem("job is for submit-text and submit-image only")
        }
    }
}

extension FaultMatch {
    fileprivate init(_ value: ScriptValue) throws(ScriptProblem) {
        var match = try value.mapping()
        self.init()
        if let call = try match.optional("call") { self.call = try call.choice(of: Call.self) }
        promptContains = try match.optional("prompt_contains")?.text()
        keyID = try match.optional("key_id")?.text()
        nth = try match.optional("nth")?.whole(1...1_000_000_000)
        times = try match.optional("times")?.whole(1...1_000_000_000)
        let seed = try match.optional("seed")
        if let probability = try match.optional("probability") {
            self.probability = Chance(
                try probability.probability(), seed: UInt64(try seed?.whole(0...Int.max) ?? 0))
        } else if let seed {
            throw seed.problem("a seed is for a probability, which is missing")
        }
        try match.finish()
    }
}
