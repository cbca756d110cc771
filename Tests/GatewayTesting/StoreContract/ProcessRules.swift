import GatewayCore
import GatewayStore

extension StoreContract {
    static let processRules = [
        Rule("a process that beats is alive; one that is declared dead never beats again") { books in
            try await books.register(.sample)
            try expect(try await books.store.beat(.sample), true, "the first beat")
            let beats = try await books.store.beats(except: .next)
            try expect(beats, [BeatWatch.Beat(process: .sample, count: 1)], "the beats")
            try expect(try await books.store.declareDead(beats[0]), true, "whether it is declared dead")
            try expect(try await books.store.declareDead(beats[0]), false, "whether it is declared dead again")
            try expect(try await books.store.beat(.sample), false, "a beat of the dead")
            try expect(try await books.store.beats(except: .next), [], "who is alive")
        },
        Rule("a process that has beaten since is not declared dead") { books in
            try await books.register(.sample)
            let seen = BeatWatch.Beat(process: .sample, count: 0)
            _ = try await books.store.beat(.sample)
            try expect(try await books.store.declareDead(seen), false, "whether it is declared dead")
            try expect(try await books.store.beat(.sample), true, "its next beat")
        },
        Rule("of ten that declare one process dead at once, one does") { books in
            try await books.register(.sample)
            let declared = try await withThrowingTaskGroup(of: Bool.self) { [store = books.store] group in
                for _ in 0..<10 {
                    group.addTask { try await store.declareDead(BeatWatch.Beat(process: .sample, count: 0)) }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try expect(declared, 1, "the number that did")
        },
        Rule("the jobs of the living are not taken over, those of the dead and of those that left are, once") { books in
            let owner = try await books.owner()
            for (name, isGone) in [("living", false), ("dead", true), ("left", true)] {
                let process = ProcessID(stored: name)
                try await books.register(process)
                let job = try await books.place(for: owner) { $0.process = process }
                try await books.accept(job)
                if name == "dead" {
                    _ = try await books.store.declareDead(BeatWatch.Beat(process: process, count: 0))
                }
                if name == "left" { try await books.store.leave(process) }
                let taken = try await books.recover(by: .next).followed
                try expect(taken.map(\.id), isGone ? [job] : [], "what is taken from the \(name)")
                try expect(taken.map(\.process), isGone ? [.next] : [], "to whom it belongs")
                try expect(try await books.recover(by: .next), TakenOver(), "what is taken a second time")
            }
        },
        Rule("of several that take over the same jobs at once, each gets some and none gets another's") { books in
            let owner = try await books.owner()
            var jobs: Set<JobID> = []
            for _ in 0..<40 { jobs.insert(try await books.job(in: .accepted, for: owner)) }
            let taken = try await withThrowingTaskGroup(of: [Job].self) { group in
                for number in 0..<4 {
                    group.addTask {
                        // Alive, so that the others leave it what it has taken.
                        let process = ProcessID(stored: "next-\(number)")
                        try await books.store.register(process, alone: false, at: .testStart)
                        return try await books.recover(by: process).followed
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            try expect(taken.count, 40, "the number taken")
            try expect(Set(taken.map(\.id)), jobs, "which were taken")
        },
        Rule("only the process that follows a job may settle it; evidence is taken from anybody") { books in
            let owner = try await books.owner()
            let job = try await books.job(in: .accepted, for: owner)
            _ = try await books.recover(by: .next)
            var settlement = Transition.completion(of: job, cost: .cents(26))
            settlement.fence = .sample
            let refused = try await books.store.apply(settlement, at: .testStart)
            try expect(refused, .takenOver(by: .next), "what the former process is told")
            settlement.fence = .next
            try await books.apply(settlement)

            let lost = try await books.place(for: owner)
            let unknown = try await books.recover(by: .next).settled
            try expect(unknown.map(\.state), [.unknown], "what became of an order under way")
            var acceptance = Transition.acceptance(of: lost)
            acceptance.process = ProcessID(stored: "a third")
            let accepted = try await books.apply(acceptance)
            try expect(accepted.process, ProcessID(stored: "a third"), "who follows it from then on")
        },
        Rule("a start on a store that nobody else can have open finds all earlier processes dead") { books in
            try await books.register(.sample)
            try await books.store.register(.next, alone: true, at: .testStart)
            try expect(try await books.store.beat(.sample), false, "a beat of the earlier one")
            try expect(try await books.store.beat(.next), true, "a beat of the new one")
        },
        Rule("processes that are long gone are forgotten once nothing of theirs is open") { books in
            let owner = try await books.owner()
            let job = try await books.job(in: .accepted, for: owner)
            try await books.register(.sample)
            try await books.store.leave(.sample)
            let later = Timestamp.testStart.adding(.days(2))
            try expect(try await books.store.forgetProcesses(before: later), 0, "the number forgotten")
            try await books.apply(.completion(of: job, cost: .cents(26)))
            try expect(try await books.store.forgetProcesses(before: .testStart), 0, "the number forgotten too early")
            try expect(try await books.store.forgetProcesses(before: later), 1, "the number forgotten in the end")
        },
    ]
}

extension StoreFixture {
    func register(_ process: ProcessID) async throws {
        try await store.register(process, alone: false, at: .testStart)
    }
}
