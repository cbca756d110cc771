import AdminAPI
import GatewayCore
import GatewayFlow
import Hummingbird

/// `/admin/v1/admin-tokens`
struct AdminTokenRoutes: Sendable {
    let calls: AdminCalls
    let admins: ManageAdmins
    let clock: any WallClock

    func add(to router: Router<GatewayRequestContext>) {
        router.get(RouterPath(AdminPath.adminTokens)) { request, context in
            await calls.answer(request, context, needs: .read) { _ in
                try FieldReader(query: request).end()
                let now = clock.now()
                return try JSONReply.of(Listing(try await admins.list().map { AdminTokenReply($0, at: now) }))
            }
        }
        router.post(RouterPath(AdminPath.adminTokens)) { request, context in
            await calls.answer(request, context, needs: .manageAdminsAndKeys) { permit in
                var fields = try await FieldReader(json: request, context)
                let name = try fields.required("name", .text(characters: 1...100))
                let role = try fields.required("role", .choice(AdminRole.self))
                let expiresAt = try fields.optional("expires_at", .timestamp)
                try fields.end()
                let issued = try await admins.issue(name: name, role: role, expiresAt: expiresAt, permit)
                return try JSONReply.of(
                    NewAdminTokenReply(
                        token: issued.text.reveal(), issued: AdminTokenReply(issued.token, at: clock.now())),
                    status: .created)
            }
        }
        router.delete(RouterPath(AdminPath.adminToken(":id"))) { request, context in
            await calls.answer(request, context, needs: .manageAdminsAndKeys) { permit in
                try await admins.revoke(try context.id { AdminTokenID($0) }, permit)
                return Response(status: .noContent)
            }
        }
    }
}

extension AdminTokenReply {
    fileprivate init(_ token: AdminToken, at now: Timestamp) {
        let state = token.revokedAt != nil ? "revoked" : token.isValid(at: now) ? "active" : "expired"
        self.init(
            id: token.id.text, name: token.name, role: AdminRoleName(token.role), preview: token.preview,
            state: state, createdAt: token.createdAt.rfc3339, expiresAt: token.expiresAt?.rfc3339)
    }
}

extension AdminRoleName {
    fileprivate init(_ role: AdminRole) {
        switch role {
        case .owner: self = .owner
        case .operator: self = .operator
        case .auditor: self = .auditor
        }
    }
}
