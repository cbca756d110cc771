package import GatewayCore
import VinciAPI

extension FieldRule where Value == MicroUSD {
    /// Dollars with at most six decimals, exact; both ends included.
    package static func usd(in range: ClosedRange<MicroUSD>) -> FieldRule {
        FieldRule(
            "must be an amount of US dollars from \(range.lowerBound) to \(range.upperBound) with at most six decimals"
        ) { given in
            guard let amount = given.usd else { return .wrongType }
            guard let amount, range.contains(amount) else { return .broken }
            return .value(amount)
        }
    }
}

extension FieldRule where Value == Timestamp {
    /// A date and time with its offset, as in `2026-11-22T09:03:59Z`.
    package static var timestamp: FieldRule {
        FieldRule("must be an RFC 3339 time such as \"2026-11-22T09:03:59Z\"") { given in
            guard let text = given.string else { return .wrongType }
            return Timestamp(rfc3339: text).map(Reading.value) ?? .broken
        }
    }
}

extension FieldValue {
    /// Nil for another type, nil inside for a number that is no exact amount.
    fileprivate var usd: MicroUSD?? {
        switch self {
        case .json(.number(let decimal)): .some(try? MicroUSD(decimal))
        case .text(let text): .some(try? MicroUSD(text: text))
        case .json: .none
        }
    }
}
