import VinciAPI

/// A request that was read and checked, as the witness numbered it, with the rule that applies to it.
struct Receipt: Sendable {
    /// Number of the submit in the log; nil for other calls.
    var submitNumber: Int?
    var rule: FaultRule?

    var fate: JobFate {
        if case .job(let fate) = rule?.action { fate } else { .regular }
    }
}

extension Provider {
    /// The gate of every call: recognises the key and takes a place in its rate window. Counted whatever the answer.
    mutating func admit(_ keyText: String?, to call: Call, at now: Moment) throws(RefusedAtTheGate) -> Visitor {
        log.arrived(call, at: now)
        switch keys.admit(keyText, at: now) {
        case .unknown:
            throw RefusedAtTheGate(refusal: .invalidKey, rate: nil)
        case .overLimit(let visitor):
            log.limited(keyID: visitor.keyID)
            let seconds = visitor.rate.retryAfterSeconds(at: now)
            throw RefusedAtTheGate(refusal: .rateLimited(retryAfterSeconds: seconds), rate: visitor.rate)
        case .admitted(let visitor):
            log.admitted(keyID: visitor.keyID)
            return visitor
        }
    }

    /// Logs what arrived and finds the rule for it. Nothing has been carried out yet.
    mutating func receive(_ errand: Errand, as call: Call, from visitor: Visitor, at now: Moment) -> Receipt {
        var receipt = Receipt()
        var prompt: String?
        switch errand {
        case .order(let order):
            prompt = order.prompt
            receipt.submitNumber = log.submitted(order, keyID: visitor.keyID, at: now)
        case .status(let requestID):
            prompt = jobs.job(requestID: requestID)?.order.prompt
        case .balance, .usage, .listKeys, .createKey, .revokeKey:
            break
        }
        receipt.rule = faults.rule(for: FaultSubject(call: call, keyID: visitor.keyID, prompt: prompt))
        return receipt
    }

    /// Does what the errand asks and says what Vinci would answer.
    ///
    /// - videoURL: the address of the finished file of that request id.
    mutating func carryOut(
        _ errand: Errand, for visitor: Visitor, under receipt: Receipt, at now: Moment,
        videoURL: (String) -> String
    ) throws(VinciRefusal) -> any Encodable & Sendable {
        settle(until: now)
        switch errand {
        case .order(let order):
            let reply = try accept(order, from: visitor, fate: receipt.fate, at: now)
            if let number = receipt.submitNumber { log.accepted(submitNumber: number, requestID: reply.requestID) }
            return reply
        case .status(let requestID): return try status(of: requestID, for: visitor, at: now, videoURL: videoURL)
        case .balance: return try balance(of: visitor)
        case .usage(let days): return try usage(of: visitor, days: days, at: now)
        case .listKeys: return keyList(of: visitor)
        case .createKey(let name, let rate):
            return try createKey(for: visitor, name: name, requestsPerMinute: rate, at: now)
        case .revokeKey(let id): return try revokeKey(id, of: visitor)
        }
    }
}

/// A refusal before the request was read; a recognised key still learns its rate.
struct RefusedAtTheGate: Error, Equatable {
    let refusal: VinciRefusal
    let rate: RateReading?
}
