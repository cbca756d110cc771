import GatewayCore
import GatewayStore

extension StoreContract {
    static let sharedLimitRules = [
        Rule("of a shared limit no more places are lent than it has, whoever asks") { books in
            for process in [ProcessID.sample, .next] { try await books.register(process) }
            var lent = 0
            for round in 0..<20 {
                let process: ProcessID = round % 2 == 0 ? .sample : .next
                lent += try await books.take(10, of: 10, for: process).count
            }
            try expect(lent, 10, "the number lent")
        },
        Rule("one process alone gets half of what is free at once, and all of it in a few steps") { books in
            try await books.register(.sample)
            var blocks: [Int] = []
            for _ in 0..<6 { blocks.append(try await books.take(60, of: 60, for: .sample).count) }
            try expect(blocks, [30, 15, 7, 4, 2, 1], "the blocks")
        },
        Rule("a place that comes back rests as long as it must, on the store's clock") { books in
            try await books.register(.sample)
            _ = try await books.take(1, of: 1, for: .sample)
            _ = try await books.store.exchange(
                [PlaceRequest(returning: [.seconds(40)], to: "token/a/request")], for: .sample)
            let rests = try await books.take(1, of: 1, for: .sample)
            try expect(rests.count, 1, "the number lent")
            try expect(rests[0] > .seconds(30) && rests[0] <= .seconds(40), "it rests for \(rests[0])")
        },
        Rule("whoever finds none free makes those with more than their share give some back") { books in
            for process in [ProcessID.sample, .next] { try await books.register(process) }
            var taken = 0
            while taken < 10 { taken += try await books.take(10, of: 10, for: .sample).count }
            try expect(try await books.store.placeCalls(for: .sample), [], "the calls before")
            try expect(try await books.take(10, of: 10, for: .next), [], "what is free")
            let call = PlaceCall(key: "token/a/request", fairShare: 5)
            try expect(try await books.store.placeCalls(for: .sample), [call], "the calls")
            try expect(try await books.store.placeCalls(for: .next), [], "the calls to one that has none")
            _ = try await books.store.exchange(
                [PlaceRequest(returning: Array(repeating: .zero, count: 5), to: call.key)], for: .sample)
            try expect(try await books.take(10, of: 10, for: .next).isEmpty, false, "whether there is one now")
            try expect(try await books.store.placeCalls(for: .sample), [], "the calls afterwards")
        },
        Rule("the places of a dead process, and of one that left, rest once more before others get them") { books in
            try await books.register(.next)
            for (name, end) in [("dead", true), ("left", false)] {
                let process = ProcessID(stored: name)
                try await books.register(process)
                let key = "token/\(name)/request"
                while try await !books.take(4, of: 4, key: key, for: process).isEmpty {}
                if end {
                    _ = try await books.store.declareDead(BeatWatch.Beat(process: process, count: 0))
                } else {
                    try await books.store.leave(process)
                }
                var rests: [Duration] = []
                for _ in 0..<4 { rests += try await books.take(4, of: 4, key: key, for: .next) }
                try expect(rests.count, 4, "the number of places of the \(name)")
                try expect(rests.allSatisfy { $0 > .seconds(50) }, "they rest for \(rests)")
            }
        },
        Rule("places that a process does not know of got lost on the way, and rest once more before others get them") {
            books in
            for process in [ProcessID.sample, .next] { try await books.register(process) }
            while try await !books.take(4, of: 4, for: .sample).isEmpty {}
            let key = "token/a/request"
            _ = try await books.store.exchange(
                [PlaceRequest(key: key, limit: 0, version: -1, returned: [.zero], kept: 1)], for: .sample)
            var rests: [Duration] = []
            for _ in 0..<4 { rests += try await books.take(4, of: 4, for: .next) }
            try expect(rests.count, 3, "the number that others get")
            try expect(rests.filter { $0 > .seconds(50) }.count, 2, "how many of them rest")
            _ = try await books.store.exchange(
                [PlaceRequest(key: key, limit: 0, version: -1, kept: 1)], for: .sample)
            try expect(try await books.take(4, of: 4, for: .next), [], "what is free when nothing got lost")
        },
        Rule("a process that is gone is lent no place") { books in
            try await books.register(.next)
            for name in ["dead", "left"] { try await books.register(ProcessID(stored: name)) }
            _ = try await books.store.declareDead(BeatWatch.Beat(process: ProcessID(stored: "dead"), count: 0))
            try await books.store.leave(ProcessID(stored: "left"))
            for name in ["dead", "left"] {
                try expect(
                    try await books.take(4, of: 4, for: ProcessID(stored: name)), [], "what the \(name) one gets")
            }
            try expect(try await books.take(4, of: 4, for: .next).count, 2, "what a living one gets at first")
        },
        Rule("a limit that is raised lends more at once, one that is lowered lends none until enough came back") {
            books in
            try await books.register(.sample)
            while try await !books.take(10, of: 4, version: 1, for: .sample).isEmpty {}
            try expect(try await books.take(10, of: 6, version: 2, for: .sample), [.zero], "after it was raised")
            try expect(try await books.take(10, of: 3, version: 3, for: .sample), [], "after it was lowered")
            try expect(try await books.take(10, of: 9, version: 2, for: .sample), [], "for one that knows less")
            _ = try await books.store.exchange(
                [PlaceRequest(returning: [.zero, .zero, .zero], to: "token/a/request")], for: .sample)
            try expect(try await books.take(10, of: 3, version: 3, for: .sample).count, 1, "once enough came back")
            try expect(try await books.take(10, of: 3, version: 3, for: .sample), [], "and no more")
        },
        Rule("limits that nobody uses any more are forgotten") { books in
            try await books.register(.sample)
            let rests = try await books.take(1, of: 1, for: .sample)
            let atOnce = Duration.seconds(-1)
            try expect(
                try await books.store.forgetRatePools(unusedFor: atOnce, limit: 10), 0, "the number while in use")
            _ = try await books.store.exchange(
                [PlaceRequest(returning: rests, to: "token/a/request")], for: .sample)
            try expect(
                try await books.store.forgetRatePools(unusedFor: .hours(1), limit: 10), 0, "the number too early")
            try expect(try await books.store.forgetRatePools(unusedFor: atOnce, limit: 10), 1, "the number in the end")
        },
        Rule("of many that take places of many limits at once, none gets too many and none waits for ever") { books in
            for number in 0..<8 { try await books.register(ProcessID(stored: "p\(number)")) }
            let lent = try await withThrowingTaskGroup(of: [PlaceGrant].self) { [store = books.store] group in
                for number in 0..<8 {
                    for round in 0..<20 {
                        group.addTask {
                            let requests = (0..<5).map { key in
                                PlaceRequest(key: "token/\(key)/read", limit: 7, version: 0, wanted: 7)
                            }
                            let order = round % 2 == 0 ? requests : requests.reversed()
                            return try await store.exchange(order, for: ProcessID(stored: "p\(number)")).grants
                        }
                    }
                }
                return try await group.reduce(into: [String: Int]()) { lent, grants in
                    for grant in grants { lent[grant.key, default: 0] += grant.rests.count }
                }
            }
            try expect(Array(lent.values), Array(repeating: 7, count: 5), "the numbers lent")
        },
    ]
}

extension StoreFixture {
    fileprivate func take(
        _ wanted: Int, of limit: Int, key: String = "token/a/request", version: Int64 = 0, for process: ProcessID
    ) async throws -> [Duration] {
        let request = PlaceRequest(key: key, limit: limit, version: version, wanted: wanted)
        return try await store.exchange([request], for: process).grants.flatMap(\.rests)
    }
}
