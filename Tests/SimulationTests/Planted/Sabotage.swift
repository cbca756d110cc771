import GatewayStore
import SQLDatabase
import VinciAPI

/// A bug that a test plants between the product and its world, to see whether the simulation finds it.
struct Sabotage: Sendable {
    /// What the statements of a transaction go through.
    var connection: (@Sendable (any SQLConnection) -> any SQLConnection)?
    /// What stands between a gateway and Vinci.
    var upstream: @Sendable (any VinciUpstream, GatewayLife) -> any VinciUpstream = { line, _ in line }
    var writing = Writing.atOnce

    enum Writing {
        case atOnce
        /// Whoever records an order's step hears that it is done some time before it is.
        case answeredFirst
        /// An order is checked in one transaction and taken in another, which does not look at limits any more.
        case checkedFirst
    }

    static let none = Sabotage()
}

extension Sabotage {
    typealias Body<Value> = @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>

    func write<Value: Sendable>(
        _ life: GatewayLife, _ urgency: WriteUrgency, _ body: @escaping Body<Value>
    ) async throws(SQLFailure) -> Value {
        switch writing {
        case .answeredFirst where CallTag.number != nil && urgency == .settlement: return try answerFirst(life, body)
        case .checkedFirst where CallTag.number != nil && urgency == .ordinary: return try await checkFirst(life, body)
        case .atOnce, .answeredFirst, .checkedFirst:
            return try life.world.store.change { (connection) throws(SQLFailure) in
                try body(self.connection?(connection) ?? connection)
            }
        }
    }

    private func answerFirst<Value: Sendable>(
        _ life: GatewayLife, _ body: @escaping Body<Value>
    ) throws(SQLFailure) -> Value {
        let store = life.world.store
        life.world.time.after(300_000, as: life.owner) {
            guard !life.isDead else { return }
            _ = try? store.change(body)
        }
        return try store.change { (connection) throws(SQLFailure) in .rollback(try body(connection).value) }
    }

    private func checkFirst<Value: Sendable>(
        _ life: GatewayLife, _ body: @escaping Body<Value>
    ) async throws(SQLFailure) -> Value {
        let store = life.world.store
        let seen = try store.change { (connection) throws(SQLFailure) in .rollback(try body(connection).value) }
        guard let end = seen as? AdmissionEnd, case .admitted = end else { return try store.change(body) }
        await life.world.scheduler.pause()
        return try store.change { (connection) throws(SQLFailure) in try body(Tampered.withoutLimits(connection)) }
    }
}
