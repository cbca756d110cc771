import SQLDatabase

extension DatabaseContract {
    static let lifeRules = [
        Rule("every listener is woken by a commit that is to wake others") { database in
            var (one, other) = (database.wakeUps().makeAsyncIterator(), database.wakeUps().makeAsyncIterator())
            try await database.write { connection throws(SQLFailure) in
                try connection.addAccount("rent")
                try connection.wakeOthers()
                return .commit(())
            }
            try expect(await one.next() != nil, true, "the wake-up of one")
            try expect(await other.next() != nil, true, "the wake-up of the other")
            try expect(try await database.accountNames(), ["rent"], "what the woken reader sees")
        },
        Rule("the store's clock tells microseconds, goes on during a transaction, and does not go back") { database in
            let (first, second) = try await database.write { connection throws(SQLFailure) in
                let first = try connection.storeClock()
                var second = try connection.storeClock()
                while second == first { second = try connection.storeClock() }
                return .commit((first, second))
            }
            let third = try await database.read { connection throws(SQLFailure) in try connection.storeClock() }
            // From 2020 to 2200.
            try expect((1_577_836_800_000_000...7_258_118_400_000_000).contains(first), true, "\(first) is a date")
            try expect(first < second && second <= third, true, "\(first), \(second), \(third) are in order")
        },
        Rule("listeners end when the store closes") { database in
            let wakeUps = database.wakeUps()
            await database.close()
            for await _ in wakeUps {}
            for await _ in database.wakeUps() {}
        },
        Rule("a closed store refuses everything as closed") { database in
            await database.close()
            try expect(try await failure("a write") { try await database.addAccount("x") }, .closed, "the write")
            try expect(try await failure("a read") { _ = try await database.accountNames() }, .closed, "the read")
            try expect(try await failure("migrating") { try await database.migrate(schema) }, .closed, "migrating")
            await database.close()
        },
        Rule("each write queued before closing is answered, and kept or refused as a whole") { database in
            let answers = await withTaskGroup(of: Bool.self) { tasks in
                for number in 0..<100 {
                    tasks.addTask { (try? await database.addAccount("a\(number)")) != nil }
                }
                tasks.addTask {
                    await database.close()
                    return false
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            try expect(answers.count, 101, "the number of answers")
        },
    ]
}
