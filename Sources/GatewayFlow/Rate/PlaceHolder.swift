import GatewayCore
import GatewayStore

/// A part of the program that admits under limits which several processes share.
protocol PlaceHolder: Sendable {
    /// How many places of the limit are here; nil when it is not one of this holder's.
    func places(of key: String) -> Int?

    /// - Returns: false when the limit is not one of this holder's.
    func receive(_ grant: PlaceGrant, at now: Uptime) -> Bool

    /// Gives all places beyond `fairShare` away.
    /// - Returns: how long each must still rest; nil when the limit is not one of this holder's.
    func surrender(_ key: String, keeping fairShare: Int, at now: Uptime) -> [Duration]?

    /// Gives the places of limits away that nobody has used here for a minute.
    /// - all: also those in use, before the process ends.
    func surrenderIdle(all: Bool, at now: Uptime) -> [String: [Duration]]

    /// All places are others' now: this process was taken for dead.
    func loseAll()

    /// - processes: among so many each limit is divided while the store cannot move places; nil: it can.
    func goOn(withoutStore processes: Int?)
}

extension WindowShare {
    /// What to ask for when the places here are used up; nil when the whole limit is here already.
    func request(_ key: String, of limit: Int, version: Int64) -> PlaceRequest? {
        guard isShort(of: limit), let places else { return nil }
        return PlaceRequest(key: key, limit: limit, version: version, wanted: limit - places)
    }
}
