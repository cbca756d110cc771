package import GatewayCore

/// Proof that an administrator may do one kind of thing. Only ``AdminChecks`` makes one.
package struct AdminPermit: Sendable {
    package let admin: AdminToken
    package let source: CallSource

    package var actor: Actor { .admin(admin.id) }

    fileprivate init(admin: AdminToken, source: CallSource) {
        self.admin = admin
        self.source = source
    }
}

/// The head checks of the admin port.
package struct AdminChecks: Sendable {
    private let directory: Directory
    private let tally: AuditTally
    private let clock: any WallClock

    package init(directory: Directory, tally: AuditTally, clock: any WallClock) {
        self.directory = directory
        self.tally = tally
        self.clock = clock
    }

    /// - Throws: `.invalidToken`, or `.roleForbids` when the role does not have this power.
    package func pass(_ head: RequestHead, for power: AdminPower) throws(Refusal) -> AdminPermit {
        do throws(Refusal) {
            let admin = try directory.authenticateAdmin(head.bearer, at: clock.now())
            guard admin.role.may(power) else { throw .roleForbids(admin.role) }
            return AdminPermit(admin: admin, source: head.source)
        } catch {
            if error == .invalidToken { tally.noteRefusedAuthentication(at: .admin, from: head.source) }
            throw error
        }
    }
}
