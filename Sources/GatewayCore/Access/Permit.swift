/// Proof that a caller may do one action now. Only ``granted(to:for:from:)`` makes one.
package struct Permit: Sendable, Equatable {
    package let caller: Caller
    package let action: Action

    /// - origin: the request's `Origin` header, nil when it had none (not a browser).
    package static func granted(
        to caller: Caller, for action: Action, from origin: RequestOrigin
    ) throws(Refusal) -> Permit {
        guard caller.team.state == .active || action.pace == .read else { throw .teamSuspended }
        let needed = action.scopes
        guard needed.isEmpty || needed.contains(where: caller.token.scopes.contains) else {
            throw .scopeMissing(oneOf: needed.sorted())
        }
        switch origin {
        case .none: break
        case .some(let origin) where caller.allowedOrigins.contains(origin): break
        case .some, .malformed: throw .originNotAllowed
        }
        return Permit(caller: caller, action: action)
    }

    private init(caller: Caller, action: Action) {
        self.caller = caller
        self.action = action
    }
}

/// What a request said about its origin.
package enum RequestOrigin: Sendable, Equatable {
    case none
    case some(Origin)
    /// There was a header, but not one that any list could contain (`null`, a path, two values).
    case malformed
}
