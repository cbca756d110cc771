/// One scripted misbehaviour: which requests it concerns, how long they wait, what goes wrong.
///
/// Rules are asked in their order, and the first one that applies to a request decides alone. They are asked after the
/// key and its rate window, and after the request itself was found good: a 401, 429 or 422 that Vinci would have given
/// anyway is not masked by a rule. Whether there is money enough shows only when an order is carried out, so a rule that
/// spoils the reply spoils a 402 as well.
package struct FaultRule: Sendable, Equatable {
    /// For people who read the list of rules and how often each fired.
    package var name: String
    package var match: FaultMatch
    /// Wait before the request is carried out: an order creates its job only afterwards.
    package var delayAccept: Duration
    /// Wait after the request was carried out, before the first byte of the reply.
    package var delayReply: Duration
    package var action: FaultAction?

    package init(
        _ name: String = "", match: FaultMatch, delayAccept: Duration = .zero, delayReply: Duration = .zero,
        action: FaultAction? = nil
    ) {
        self.name = name
        self.match = match
        self.delayAccept = delayAccept
        self.delayReply = delayReply
        self.action = action
    }
}

/// Which requests a rule concerns. Every condition that is set must hold.
package struct FaultMatch: Sendable, Equatable {
    /// nil: any call.
    package var call: Call?
    /// A part of the prompt of the order, or of the order that a status or video request is about.
    package var promptContains: String?
    /// Downloads need no key, so no rule with a key concerns them.
    package var keyID: String?
    /// Only the nth request, from 1, of those for which the conditions above hold.
    package var nth: Int?
    package var probability: Chance?
    /// Fires at most so often; nil: always.
    package var times: Int?

    package init(
        _ call: Call? = nil, promptContains: String? = nil, keyID: String? = nil, nth: Int? = nil,
        probability: Chance? = nil, times: Int? = nil
    ) {
        self.call = call
        self.promptContains = promptContains
        self.keyID = keyID
        self.nth = nth
        self.probability = probability
        self.times = times
    }
}

/// A probability with the seed of its dice: the same sequence of requests meets the same fate.
package struct Chance: Sendable, Equatable {
    /// 0…1.
    package var probability: Double
    package var seed: UInt64

    package init(_ probability: Double, seed: UInt64 = 0) {
        self.probability = probability
        self.seed = seed
    }
}
