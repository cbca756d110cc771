package import GatewayCore

extension Timestamp {
    /// A date as a test's author writes it; a mistyped one ends the run.
    package static func at(_ rfc3339: String) -> Timestamp {
        guard let date = Timestamp(rfc3339: rfc3339) else { preconditionFailure("\(rfc3339) is no date") }
        return date
    }
}

extension BudgetZone {
    /// A zone as a test's author writes it; an unknown one ends the run.
    package static func named(_ name: String) -> BudgetZone {
        guard let zone = BudgetZone(name) else { preconditionFailure("this system does not know the zone \(name)") }
        return zone
    }
}

extension Duration {
    package static func minutes(_ count: Int64) -> Duration { .seconds(count * 60) }
    package static func hours(_ count: Int64) -> Duration { .seconds(count * 3600) }
    package static func days(_ count: Int64) -> Duration { .seconds(count * 86_400) }
}
