/// How a hold ends; a hold resolves once.
package enum HoldResolution: Sendable, Hashable {
    /// Nothing was charged. `verify`: checked later against the account's total, because only Vinci's word says so.
    case release(verify: Bool)
    /// The true cost, also above the hold.
    case capture(MicroUSD)
    /// A charge that an operator accepted on evidence, for a job without a known end.
    case writeOff(MicroUSD)

    package enum Kind: String, Sendable, CaseIterable {
        case release, capture
        case writeOff = "write_off"
    }

    package var kind: Kind {
        switch self {
        case .release: .release
        case .capture: .capture
        case .writeOff: .writeOff
        }
    }

    /// What the budgets lose for good.
    package var charged: MicroUSD {
        switch self {
        case .release: .zero
        case .capture(let cost), .writeOff(let cost): cost
        }
    }

    package var isToVerify: Bool { self == .release(verify: true) }
}
