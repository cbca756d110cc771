/// Whose money a budget limits. An order counts for its token, its team and the organization, all at once.
package enum BudgetOwner: Sendable, Hashable {
    case organization
    case team(TeamID)
    case token(KeyID)

    /// The id of the only organization, as it appears in paths.
    package static let organizationID = "default"

    package enum Kind: String, Sendable, CaseIterable {
        case organization, team, token
    }

    package var kind: Kind {
        switch self {
        case .organization: .organization
        case .team: .team
        case .token: .token
        }
    }

    package var id: String {
        switch self {
        case .organization: BudgetOwner.organizationID
        case .team(let id): id.text
        case .token(let id): id.text
        }
    }

    /// Nil when `id` does not fit the kind's grammar.
    package init?(kind: Kind, id: String) {
        switch kind {
        case .organization:
            guard id == BudgetOwner.organizationID else { return nil }
            self = .organization
        case .team:
            guard let team = TeamID(id) else { return nil }
            self = .team(team)
        case .token:
            guard let key = KeyID(id) else { return nil }
            self = .token(key)
        }
    }

    /// The owners that an order of this token counts for, always in the same order, so that two transactions never wait
    /// for each other's rows.
    package static func all(of owner: JobOwner) -> [BudgetOwner] {
        [.organization, .team(owner.team), .token(owner.token)]
    }
}

extension BudgetOwner: CustomStringConvertible {
    /// `team:marketing`
    package var description: String { "\(kind.rawValue):\(id)" }
}
