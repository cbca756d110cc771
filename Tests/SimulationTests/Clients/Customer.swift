import GatewayCore

/// Who orders: a token of a team. Its text is the same in every gateway.
struct Customer: Sendable {
    let team: TeamID
    let token: KeyID
    let text: Secret
}
