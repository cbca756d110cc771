package import GatewayCore
package import SQLDatabase

/// What a process asks of one shared limit, and what it gives back to it.
package struct PlaceRequest: Sendable, Equatable {
    /// Names the limit: `token/vinci_…/read`, `team/marketing`, `upstream/main` …
    package var key: String
    package var limit: Int
    /// See ``RatePool/version``.
    package var version: Int64
    /// How many more places could be used.
    package var wanted: Int
    /// How long each place that is given back must still rest.
    package var returned: [Duration]
    /// How many places the process has besides those. What the store has lent it beyond that it never got, or could not
    /// give back; nil: it does not say.
    package var kept: Int?

    package init(
        key: String, limit: Int, version: Int64, wanted: Int = 0, returned: [Duration] = [], kept: Int? = nil
    ) {
        self.kept = kept
        self.key = key
        self.limit = limit
        self.version = version
        self.wanted = wanted
        self.returned = returned
    }

    /// - rests: how long each of the places must still rest.
    package init(returning rests: [Duration], to key: String) {
        // Older than any knowledge: the limit stays what it is.
        self.init(key: key, limit: 0, version: -1, returned: rests)
    }
}

/// What a process got.
package struct PlaceGrant: Sendable, Equatable {
    package let key: String
    /// How long each new place must still rest; empty when none was free.
    package let rests: [Duration]
}

package struct PlaceExchange: Sendable, Equatable {
    package let grants: [PlaceGrant]
    /// How many processes share the store now.
    package let processes: Int
}

/// A limit of which others want more than is free.
package struct PlaceCall: Sendable, Equatable {
    package let key: String
    /// How many places every process would have if all had as many.
    package let fairShare: Int

    package init(key: String, fairShare: Int) {
        self.key = key
        self.fairShare = fairShare
    }
}

extension GatewayStore {
    /// Gives places back and takes others, for several limits at once. Whoever finds none free makes all processes look at
    /// ``placeCalls(for:)``. A process that is gone gets none: nobody would ever take them back.
    package func exchange(
        _ requests: [PlaceRequest], for process: ProcessID
    ) async throws(SQLFailure) -> PlaceExchange {
        // In one order, so that two processes do not wait for each other's rows.
        let requests = requests.sorted { $0.key < $1.key }
        return try await database.write(urgency: .settlement) { (connection) throws(SQLFailure) in
            guard try connection.lockedUnlessGone(process) else {
                let nothing = requests.map { PlaceGrant(key: $0.key, rests: []) }
                return .rollback(PlaceExchange(grants: nothing, processes: try connection.processesAlive()))
            }
            let processes = try connection.processesAlive()
            let grants = try requests.map { (request) throws(SQLFailure) in
                try connection.exchange(request, for: process, processes: processes)
            }
            // Places that came back may be what others wait for.
            let isNews = requests.contains { !$0.returned.isEmpty } || grants.contains(where: \.isShort)
            if isNews { try connection.wakeOthers() }
            return .commit(PlaceExchange(grants: grants.map(\.grant), processes: processes))
        }
    }

    /// Limits of which this process has places and others want some.
    package func placeCalls(for process: ProcessID) async throws(SQLFailure) -> [PlaceCall] {
        try await database.read { (connection) throws(SQLFailure) in
            let processes = try connection.processesAlive()
            let rows = try connection.query(
                """
                SELECT rate_pool.rate_key, rate_pool.places FROM rate_lease
                    JOIN rate_pool ON rate_pool.rate_key = rate_lease.rate_key
                WHERE rate_lease.process_id = $1 AND rate_lease.places > 0 AND rate_pool.is_wanted = 1
                """, [SQLValue(process)])
            return try rows.map { (row) throws(SQLFailure) in
                PlaceCall(key: try row.text("rate_key"), fairShare: try row.number("places") / max(1, processes))
            }
        }
    }

    /// Removes limits that nobody has places of and that have not been used for so long, by the clock of the store: the one
    /// by which they rest.
    /// - Returns: how many; at most `limit`.
    package func forgetRatePools(unusedFor age: Duration, limit: Int) async throws(SQLFailure) -> Int {
        try await database.write { (connection) throws(SQLFailure) in
            let cutoff = Timestamp(microseconds: try connection.storeClock()).adding(.zero - age)
            let rows = try connection.query(
                """
                SELECT rate_key FROM rate_pool WHERE changed_us < $1 AND NOT EXISTS
                    (SELECT 1 FROM rate_lease WHERE rate_lease.rate_key = rate_pool.rate_key AND places > 0)
                ORDER BY rate_key LIMIT $2
                """, [SQLValue(cutoff), SQLValue(limit)])
            var forgotten = 0
            for row in rows { forgotten += try connection.forgetPool(try row.text("rate_key"), before: cutoff) }
            return .commit(forgotten)
        }
    }
}

extension SQLConnection {
    fileprivate func processesAlive() throws(SQLFailure) -> Int {
        try row("SELECT COUNT(*) AS alive FROM process WHERE state = 'alive'")?.number("alive") ?? 1
    }

    /// Its row stays locked: it cannot be declared dead, and its places be reclaimed, while it takes some.
    fileprivate func lockedUnlessGone(_ process: ProcessID) throws(SQLFailure) -> Bool {
        let row = try row("SELECT state FROM process WHERE id = $1 FOR NO KEY UPDATE", [SQLValue(process)])
        return try row?.text("state") ?? "alive" == "alive"
    }

    /// - Returns: what it got, and whether it wanted more than was free.
    fileprivate func exchange(
        _ request: PlaceRequest, for process: ProcessID, processes: Int
    ) throws(SQLFailure) -> (grant: PlaceGrant, isShort: Bool) {
        let now = Timestamp(microseconds: try storeClock())
        var pool = try lockedPool(request, at: now)
        let lent = try lentPlaces(of: request.key)
        let others = lent.filter { $0.key != process }.values.reduce(0, +)
        let left = max(0, lent[process, default: 0] - request.returned.count)
        let own = min(left, request.kept ?? left)
        // A place that got lost may have been used at its last moment.
        let lost = Array(repeating: RatePool.rest, count: left - own)
        pool.resize(to: request.limit, version: request.version, lent: others + left + request.returned.count, at: now)
        pool.take(back: request.returned + lost, lent: others + own, at: now)
        let rests = pool.lend(request.wanted, processes: processes, at: now)
        let isShort = rests.isEmpty && request.wanted > 0
        try write(pool, request.key, isWanted: isShort, clearsWant: !rests.isEmpty, at: now)
        try write(own + rests.count, of: request.key, for: process)
        return (PlaceGrant(key: request.key, rests: rests), isShort)
    }

    /// Takes the row's lock; makes the row if there is none.
    private func lockedPool(_ request: PlaceRequest, at now: Timestamp) throws(SQLFailure) -> RatePool {
        let fresh = RatePool(places: request.limit, version: request.version)
        let row = try row(
            """
            INSERT INTO rate_pool (rate_key, places, version, lowered_us, free_places, is_wanted, changed_us)
            VALUES ($1, $2, $3, $4, $5, 0, $6)
            ON CONFLICT (rate_key) DO UPDATE SET changed_us = excluded.changed_us
            RETURNING places, version, lowered_us, free_places
            """,
            [
                .text(request.key), SQLValue(fresh.places), .integer(fresh.version), SQLValue(fresh.loweredAt),
                SQLValue(freePlaces: fresh), SQLValue(now),
            ])
        guard let row else { throw .unexpectedRow("the limit \(request.key) cannot be read") }
        return RatePool(
            places: try row.number("places"), version: try row.integer("version"),
            loweredAt: try row.instant("lowered_us"),
            free: try row.lines("free_places").compactMap { Int64($0) }.map { Timestamp(microseconds: $0) })
    }

    private func lentPlaces(of key: String) throws(SQLFailure) -> [ProcessID: Int] {
        var lent: [ProcessID: Int] = [:]
        for row in try query("SELECT process_id, places FROM rate_lease WHERE rate_key = $1", [.text(key)]) {
            lent[ProcessID(stored: try row.text("process_id"))] = try row.number("places")
        }
        return lent
    }

    private func write(
        _ pool: RatePool, _ key: String, isWanted: Bool, clearsWant: Bool, at now: Timestamp
    ) throws(SQLFailure) {
        try execute(
            """
            UPDATE rate_pool SET places = $2, version = $3, lowered_us = $4, free_places = $5, changed_us = $6,
                is_wanted = CASE WHEN $7 = 1 THEN 1 WHEN $8 = 1 THEN 0 ELSE is_wanted END
            WHERE rate_key = $1
            """,
            [
                .text(key), SQLValue(pool.places), .integer(pool.version), SQLValue(pool.loweredAt),
                SQLValue(freePlaces: pool), SQLValue(now), SQLValue(isWanted), SQLValue(clearsWant),
            ])
    }

    private func write(_ places: Int, of key: String, for process: ProcessID) throws(SQLFailure) {
        try execute(
            """
            INSERT INTO rate_lease (rate_key, process_id, places) VALUES ($1, $2, $3)
            ON CONFLICT (rate_key, process_id) DO UPDATE SET places = excluded.places
            """, [.text(key), SQLValue(process), SQLValue(places)])
    }

    fileprivate func forgetPool(_ key: String, before cutoff: Timestamp) throws(SQLFailure) -> Int {
        // The lock first: somebody may be taking places from it now.
        let locked = try execute(
            "UPDATE rate_pool SET rate_key = rate_key WHERE rate_key = $1 AND changed_us < $2",
            [.text(key), SQLValue(cutoff)])
        guard locked == 1, try lentPlaces(of: key).values.allSatisfy({ $0 == 0 }) else { return 0 }
        try execute("DELETE FROM rate_lease WHERE rate_key = $1", [.text(key)])
        return try execute("DELETE FROM rate_pool WHERE rate_key = $1", [.text(key)])
    }

    /// The places of a process that is gone: all may have been used at its last moment.
    func reclaimPlaces(of process: ProcessID) throws(SQLFailure) {
        let rows = try query(
            "SELECT rate_key, places FROM rate_lease WHERE process_id = $1 ORDER BY rate_key", [SQLValue(process)])
        for row in rows {
            let key = try row.text("rate_key")
            let pool = try self.row("SELECT places, version FROM rate_pool WHERE rate_key = $1", [.text(key)])
            guard let pool, try row.number("places") > 0 else { continue }
            let request = PlaceRequest(
                key: key, limit: try pool.number("places"), version: try pool.integer("version"),
                returned: Array(repeating: RatePool.rest, count: try row.number("places")))
            _ = try exchange(request, for: process, processes: 1)
        }
        try execute("DELETE FROM rate_lease WHERE process_id = $1", [SQLValue(process)])
    }
}

extension SQLValue {
    fileprivate init(freePlaces pool: RatePool) {
        self = .text(pool.free.map { String($0.microseconds) }.joined(separator: "\n"))
    }
}
