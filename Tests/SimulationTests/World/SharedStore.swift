import GatewayCore
import SQLDatabase
import SQLiteDatabase

/// The one store of a world. What is committed here has happened, whatever becomes of the gateway that did it.
final class SharedStore: WorldBound, @unchecked Sendable {
    enum Outage {
        /// Nobody gets through.
        case unreachable
        /// Reads and settlements go on.
        case full
    }

    let database: SQLiteImmediateDatabase
    /// Calls after which a world is given up: a loop that only asks the store would never end.
    private static let callsMax = 300_000
    private var calls = 0
    private unowned let world: World
    var outage: Outage?
    /// Whether any call has failed so far.
    private(set) var hasFailed = false

    init(_ database: SQLiteImmediateDatabase, in world: World) {
        self.database = database
        self.world = world
        database.clock = { [unowned world] in world.time.storeDate }
        database.onChange = { [unowned world] in world.watch.note($0) }
        database.onBell = { [unowned world] in world.ringBells() }
    }

    func look<Value>(_ body: (any SQLConnection) throws(SQLFailure) -> Value) throws(SQLFailure) -> Value {
        try countCall()
        return try database.look(body)
    }

    func change<Value>(
        _ body: (any SQLConnection) throws(SQLFailure) -> TransactionEnd<Value>
    ) throws(SQLFailure) -> Value {
        try countCall()
        let value: Value
        do throws(SQLFailure) {
            value = try database.change(body)
        } catch {
            try see()
            throw error
        }
        try see()
        return value
    }

    private func countCall() throws(SQLFailure) {
        calls += 1
        guard calls >= SharedStore.callsMax else { return }
        if calls == SharedStore.callsMax { world.violate("a world comes to its end", "\(calls) calls of the store") }
        throw .closed
    }

    private func see() throws(SQLFailure) {
        try database.look { (connection) throws(SQLFailure) in try world.watch.committed(connection) }
    }

    /// - urgency: nil for a read.
    func failure(of urgency: WriteUrgency?) -> SQLFailure? {
        let failure = drawnFailure(of: urgency)
        if failure != nil { hasFailed = true }
        return failure
    }

    func noteFailure() { hasFailed = true }

    private func drawnFailure(of urgency: WriteUrgency?) -> SQLFailure? {
        switch outage {
        case .none: return world.chaos.storeFailure()
        case .unreachable: return .unavailable(reason: "the store is out of reach")
        case .full: return urgency == .ordinary ? .storageFull : nil
        }
    }

    /// The time that a call takes on its way, during which others run.
    func delay(_ life: GatewayLife) async {
        switch world.chaos.storeDelay() {
        case .none: break
        case .some(0): await world.scheduler.pause()
        case .some(let delay): try? await world.time.sleep(delay, as: life.owner)
        }
    }
}
