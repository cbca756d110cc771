import SQLDatabase
import SQLiteDatabase

/// One gateway's way to the store, on which everything can go wrong that can go wrong between a program and its database.
struct GatewayDatabase: SQLDatabase {
    let life: GatewayLife

    var isShared: Bool { life.world.plan.isShared }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> Value
    ) async throws(SQLFailure) -> Value {
        try await reach()
        try trouble(nil)
        let value = try life.world.store.look(body)
        try await comeBack()
        return value
    }

    func write<Value: Sendable>(
        urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) async throws(SQLFailure) -> Value {
        try await reach()
        try trouble(urgency)
        guard life.survives(.beforeWrite) else { throw .closed }
        if life.world.chaos.losesAnswer() { throw .inDoubt }
        let value = try await life.world.sabotage.write(life, urgency, body)
        guard life.survives(.afterWrite) else { throw .closed }
        if life.world.chaos.losesAnswer() { throw .inDoubt }
        try await comeBack()
        return value
    }

    func migrate(_ migrations: [Migration]) async throws(SQLFailure) {
        try await reach()
        try trouble(nil)
        try await life.world.store.database.migrate(migrations)
    }

    func wakeUps() -> AsyncStream<Void> { life.wakeUps() }
    func close() async {}

    /// The way there: others may be first, and the process may end meanwhile.
    private func reach() async throws(SQLFailure) {
        if !life.isDead { await life.world.store.delay(life) }
        guard !life.isDead else { throw .closed }
    }

    private func comeBack() async throws(SQLFailure) {
        await life.world.store.delay(life)
        guard !life.isDead else { throw .closed }
    }

    private func trouble(_ urgency: WriteUrgency?) throws(SQLFailure) {
        if let failure = life.world.store.failure(of: urgency) { throw failure }
    }
}
