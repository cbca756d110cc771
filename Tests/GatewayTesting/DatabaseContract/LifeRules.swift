import SQLDatabase

extension DatabaseContract {
    static let lifeRules = [
        Rule("a listener is woken by a commit") { database in
            var wakeUps = database.wakeUps().makeAsyncIterator()
            try await database.addAccount("rent")
            try expect(await wakeUps.next() != nil, true, "the wake-up")
            try expect(try await database.accountNames(), ["rent"], "what the woken reader sees")
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
