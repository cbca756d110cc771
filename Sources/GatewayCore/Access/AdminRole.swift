/// What an administrator may do.
package enum AdminRole: String, Sendable, CaseIterable {
    /// Everything.
    case owner
    /// Everything but administrators and upstream keys.
    case `operator`
    /// Reads only.
    case auditor

    package func may(_ power: AdminPower) -> Bool {
        switch self {
        case .owner: true
        case .operator: power != .manageAdminsAndKeys
        case .auditor: power == .read
        }
    }
}

/// The three kinds of admin calls.
package enum AdminPower: Sendable, Hashable {
    case read, manageTeams, manageAdminsAndKeys
}

/// An administrator's credential; its text is stored as a keyed hash only.
package struct AdminToken: Sendable, Equatable {
    package var id: AdminTokenID
    package var name: String
    package var role: AdminRole
    package var preview: String
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    package var revokedAt: Timestamp?

    package init(
        id: AdminTokenID, name: String, role: AdminRole, preview: String, createdAt: Timestamp, expiresAt: Timestamp?,
        revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.preview = preview
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    package func isValid(at now: Timestamp) -> Bool {
        revokedAt.map { $0 > now } != false && expiresAt.map { $0 > now } != false
    }
}
