import GatewayCore

/// What administrators have taken back and been told so: from then on the gateway that told them must know, and every one
/// that starts later.
final class Access: WorldBound, @unchecked Sendable {
    private struct Taken {
        let object: String
        let owner: Owner
        let at: Int64
    }

    private var taken: [Taken] = []
    private var changing: Set<String> = []

    /// - Returns: false while somebody else takes it and gives it back.
    func begin(_ object: String) -> Bool { changing.insert(object).inserted }

    func end(_ object: String) { changing.remove(object) }

    func note(taken object: String, at life: GatewayLife) {
        taken.append(Taken(object: object, owner: life.owner, at: life.world.time.elapsed))
    }

    /// From the moment at which somebody asks for it.
    func note(givenBack object: String) { taken.removeAll { $0.object == object } }

    /// Whether this gateway must refuse this customer now.
    func isTaken(from customer: Customer, at life: GatewayLife) -> Bool {
        taken.contains { taken in
            let isConcerned = taken.object == customer.token.text || taken.object == customer.team.text
            return isConcerned && (taken.owner == life.owner || taken.at < life.begun)
        }
    }
}
