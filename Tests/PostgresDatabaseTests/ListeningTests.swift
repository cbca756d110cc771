import GatewayTesting
import PostgresDatabase
import SQLDatabase
import Testing

@Suite("Processes that share a store") struct ListeningTests {
    @Test("hear of each other's announcements, and of their own")
    func announcements() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let (one, other) = (try await place.open(), try await place.open())
            var (oneHears, otherHears) = (one.listener(), other.listener())
            // Each start of listening rings once.
            _ = await (oneHears.next(), otherHears.next())
            try await one.announce()
            #expect(await oneHears.next() != nil)
            #expect(await otherHears.next() != nil)
            await one.close()
            await other.close()
            while await oneHears.next() != nil {}
        }
    }

    @Test("hear nothing of what was rolled back")
    func rolledBack() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let one = try await place.open()
            let ear = place.session()
            try await ear.run("LISTEN vinci_gateway")
            try await one.write { connection throws(SQLFailure) in
                try connection.wakeOthers()
                _ = try connection.storeClock()
                return .rollback(())
            }
            try await one.write { connection throws(SQLFailure) in
                _ = try? connection.savepoint { inner throws(SQLFailure) -> TransactionEnd<Void> in
                    _ = try inner.storeClock()
                    try inner.wakeOthers()
                    return .rollback(())
                }
                return .commit(())
            }
            // This comes after both, so they would be heard before it.
            try await one.announce()
            var heard = 0
            try await eventually {
                heard += try await ear.takeNotifications()
                return heard > 0
            }
            #expect(heard == 1)
            await one.close()
        }
    }

    @Test("listen again after a loss, and ring since something may have been missed")
    func reconnects() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let database = try await place.open()
            var heard = database.listener()
            _ = await heard.next()
            try await place.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = '\(place.name)' AND application_name LIKE 'vinci-gateway-listen-%'
                """)
            #expect(await heard.next() != nil)
            let other = try await place.open()
            try await other.announce()
            #expect(await heard.next() != nil)
            await other.close()
            await database.close()
        }
    }

    @Test("that start at once migrate once", .timeLimit(.minutes(1)))
    func migrateAtOnce() async throws {
        let steps = (1...6).map { number in
            Migration(
                number: number, name: "step \(number)",
                sql: "CREATE TABLE t\(number) (id BIGINT);\nINSERT INTO t\(number) VALUES (\(number));")
        }
        try await PostgresServer.shared().withDatabase { place in
            try await withThrowingTaskGroup { tasks in
                for _ in 1...4 {
                    tasks.addTask {
                        let database = try await place.open()
                        try await database.migrate(steps)
                        await database.close()
                    }
                }
                try await tasks.waitForAll()
            }
            let numbers = "SELECT string_agg(CAST(number AS TEXT), ' ' ORDER BY number) FROM schema_migration"
            #expect(try await place.run(numbers) == "1 2 3 4 5 6")
            #expect(try await place.run("SELECT count(*) FROM t6") == "1")
        }
    }

    @Test("may run as a role without rights to the schema once the tables are there")
    func leastRights() async throws {
        try await PostgresServer.shared().withDatabase { place in
            let first = try await place.open()
            try await first.makeNotes()
            await first.close()
            try await place.run("ALTER DATABASE \(place.name) OWNER TO postgres")
            try await place.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            let database = try await place.open()
            try await database.makeNotes()
            try await database.addNote()
            try await database.expectNotes(1)
            await database.close()
        }
    }
}

extension PostgresDatabase {
    fileprivate func listener() -> AsyncStream<Void>.Iterator { wakeUps().makeAsyncIterator() }

    fileprivate func announce() async throws(SQLFailure) {
        try await write { connection throws(SQLFailure) in
            try connection.wakeOthers()
            return .commit(())
        }
    }
}
