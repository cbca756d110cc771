import VinciAPI

/// Why a simulator cannot start as configured. Names keys by their label, never by their text.
package enum SimulatorMisconfigured: Error, Equatable, CustomStringConvertible {
    case duplicateAccount(String)
    case duplicateKey(name: String)
    case outOfRange(String, rule: String)

    package var description: String {
        switch self {
        case .duplicateAccount(let id): "account \(id) is named twice"
        case .duplicateKey(let name): "the text or id of key \"\(name)\" is already another key's"
        case .outOfRange(let what, let rule): "\(what): \(rule)"
        }
    }
}

extension SimulatorConfiguration {
    private static let jobDurations = Duration.milliseconds(1)...Duration.seconds(30 * 24 * 3600)
    private static let extraMilliseconds = -999...60_000

    /// - Throws: `.outOfRange` for the first value that makes no sense.
    func check() throws(SimulatorMisconfigured) {
        guard (0...65_535).contains(port) else { throw .outOfRange("port", rule: "must be 0…65535") }
        guard Self.jobDurations.contains(jobDuration) else {
            throw .outOfRange("job duration", rule: "must be between 1 ms and 30 days")
        }
        if case .longer(let milliseconds) = billedLength, !Self.extraMilliseconds.contains(milliseconds) {
            throw .outOfRange("billed length", rule: "may differ by -999…60000 ms")
        }
        guard jobsMax >= 1, submitsMax >= 1 else {
            throw .outOfRange("jobs and submits kept", rule: "must be at least 1")
        }
        for account in accounts { try account.check() }
    }
}

extension AccountSeed {
    fileprivate func check() throws(SimulatorMisconfigured) {
        guard VinciLimits.isKeyID(id) else {
            throw .outOfRange("account id", rule: "must be 1…128 characters of A-Z a-z 0-9 _ -")
        }
        guard balance >= .zero, balance <= .largestNamed else {
            throw .outOfRange("balance of \(id)", rule: "must be $0…\(USD.largestNamed)")
        }
        for key in keys { try key.check() }
    }
}

extension KeySeed {
    private static let requestsPerMinuteRange = 1...10_000_000

    fileprivate func check() throws(SimulatorMisconfigured) {
        guard (1...256).contains(text.utf8.count), text.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw .outOfRange("text of key \"\(name)\"", rule: "must be 1…256 visible ASCII characters")
        }
        guard id.map(VinciLimits.isKeyID) ?? true else {
            throw .outOfRange("id of key \"\(name)\"", rule: "must be 1…128 characters of A-Z a-z 0-9 _ -")
        }
        guard Self.requestsPerMinuteRange.contains(requestsPerMinute) else {
            throw .outOfRange("requests per minute of key \"\(name)\"", rule: "must be 1…10000000")
        }
    }
}
