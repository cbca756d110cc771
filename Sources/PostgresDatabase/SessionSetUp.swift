/// The first words with a server.
struct SessionSetUp {
    let link: Link
    let server: String
    let deadline: Deadline
    let alarm: Alarm

    func promise(for purpose: Session.Purpose, _ settings: PostgresSettings) throws(PostgresOpenFailure) {
        let replies = try ask([
            .run(ServerPromises.settings(for: purpose, settings)), .run(ServerPromises.question),
        ])
        try ServerPromises.check(replies[1], for: purpose, server: server)
    }

    func beginMark(_ session: String, replacing earlier: String?) throws(PostgresOpenFailure) {
        let requests = CommitMark.begin(session, replacing: earlier) + [CommitMark.preparation]
        if let error = try errorOf(requests) {
            guard error.sqlState == "42P01" else { throw PostgresOpenFailure(error, server: server) }
            // The first session of a new store.
            _ = try ask([.run("ROLLBACK")])
            try makeTable()
            _ = try ask(requests)
        }
    }

    private func makeTable() throws(PostgresOpenFailure) {
        // Two that make a table of one name at the same moment would fail in the catalogue.
        _ = try ask([
            .run("BEGIN"), .run(StoreLock.take), .run(CommitMark.table), .run("COMMIT"),
        ])
    }

    private func ask(_ requests: [Request]) throws(PostgresOpenFailure) -> [Reply] {
        let replies = try exchange(requests)
        if let error = replies.firstError { throw PostgresOpenFailure(error, server: server) }
        return replies
    }

    private func errorOf(_ requests: [Request]) throws(PostgresOpenFailure) -> ServerError? {
        try exchange(requests).firstError
    }

    private func exchange(_ requests: [Request]) throws(PostgresOpenFailure) -> [Reply] {
        do throws(LinkFault) {
            return try link.exchange(requests, until: deadline, alarm: alarm)
        } catch {
            throw PostgresOpenFailure(error, server: server)
        }
    }
}

/// A lock on the store as a whole, held to the end of a transaction: for changes of the schema, which must not collide.
enum StoreLock {
    /// The number is the driver's own, drawn at random once; an application that shares the database will not use it.
    static let take = "SELECT pg_advisory_xact_lock(4837260915527093)"
}

extension [Reply] {
    /// The requests behind it were not run.
    var firstError: ServerError? { lazy.compactMap(ServerError.init).first }
}
