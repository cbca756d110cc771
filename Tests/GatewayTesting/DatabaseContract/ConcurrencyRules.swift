import Dispatch
import SQLDatabase

extension DatabaseContract {
    static let concurrencyRules = [
        Rule("64 tasks that add 1 a hundred times each add 6,400") { database in
            try await database.addAccount("counter")
            try await withThrowingTaskGroup { tasks in
                for _ in 1...64 {
                    tasks.addTask {
                        for _ in 1...100 { try await database.increase("counter", by: 1) }
                    }
                }
                try await tasks.waitForAll()
            }
            try expect(try await database.amount(of: "counter"), 6_400, "the counter")
        },
        Rule("a limit holds however many ask at once") { database in
            try await database.addAccount("held")
            let admitted = try await withThrowingTaskGroup(of: Bool.self) { tasks in
                for _ in 1...200 {
                    tasks.addTask {
                        try await database.write { connection throws(SQLFailure) in
                            let changed = try connection.execute(
                                "UPDATE account SET amount = amount + $1 WHERE name = 'held' AND amount + $1 <= $2",
                                [7, 500])
                            return changed == 1 ? .commit(true) : .rollback(false)
                        }
                    }
                }
                return try await tasks.reduce(into: 0) { count, isAdmitted in count += isAdmitted ? 1 : 0 }
            }
            try expect(admitted, 71, "the number admitted")
            try expect(try await database.amount(of: "held"), 497, "the amount held")
        },
        Rule("a row that is read for a change is not changed by others meanwhile") { database in
            try await database.addAccount("counter")
            try await withThrowingTaskGroup { tasks in
                for _ in 1...16 {
                    tasks.addTask {
                        for _ in 1...20 { try await database.readAndIncrease("counter") }
                    }
                }
                try await tasks.waitForAll()
            }
            try expect(try await database.amount(of: "counter"), 320, "the counter")
        },
        Rule("a failing write does not hurt the writes beside it") { database in
            try await database.addAccount("taken")
            let outcomes = await withTaskGroup(of: (Int, String).self) { tasks in
                for number in 0..<90 {
                    tasks.addTask { (number, await database.addNeighbour(number)) }
                }
                return await tasks.reduce(into: [:]) { outcomes, outcome in outcomes[outcome.0] = outcome.1 }
            }
            for (number, outcome) in outcomes {
                try expect(outcome, ["kept", "rolled back", "refused"][number % 3], "neighbour \(number)")
            }
            let kept = try await database.accountNames().filter { $0.hasPrefix("neighbour") }
            let wanted = stride(from: 0, to: 90, by: 3).map { "neighbour \($0)" }.sorted()
            try expect(kept, wanted, "what was kept")
        },
        Rule("a cancelled caller's write is done whole and only once") { database in
            try await database.addAccount("counter")
            let tasks = (1...50).map { _ in
                Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    try await database.increase("counter", by: 1)
                }
            }
            for task in tasks { try await task.value }
            try expect(try await database.amount(of: "counter"), 50, "the counter")
        },
        Rule("a read sees one snapshot, whatever is written meanwhile") { database in
            try await database.addAccount("moving", amount: 1)
            let (started, startedBell) = AsyncStream.makeStream(of: Void.self)
            let written = DispatchSemaphore(value: 0)
            async let amounts = database.read { connection throws(SQLFailure) in
                let before = try connection.amount(of: "moving")
                startedBell.yield()
                // An engine with one connection writes only after this read: then there is nothing to wait for.
                _ = written.wait(timeout: .now() + .milliseconds(300))
                return [before, try connection.amount(of: "moving")]
            }
            for await _ in started { break }
            try await database.increase("moving", by: 1)
            written.signal()
            try expect(try await amounts, [1, 1], "the two amounts of the read")
            try expect(try await database.amount(of: "moving"), 2, "the amount afterwards")
        },
        Rule("many reads at once all come back") { database in
            try await database.addAccount("rent", amount: 3)
            let amounts = try await withThrowingTaskGroup(of: Int64?.self) { tasks in
                for _ in 1...200 { tasks.addTask { try await database.amount(of: "rent") } }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            try expect(amounts, Array(repeating: 3, count: 200), "the amounts")
        },
    ]
}

extension SQLDatabase {
    fileprivate func addNeighbour(_ number: Int) async -> String {
        do throws(SQLFailure) {
            return try await write { connection throws(SQLFailure) in
                try connection.addAccount("neighbour \(number)")
                switch number % 3 {
                case 0: return .commit("kept")
                case 1: return .rollback("rolled back")
                default:
                    try connection.addAccount("taken")
                    return .commit("not refused")
                }
            }
        } catch {
            return error.isConstraint ? "refused" : "\(error)"
        }
    }
}
