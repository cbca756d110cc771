import Foundation
import GatewayTesting
import Testing

extension SimulatedWorlds {
    @Suite("A world") struct DeterminismTests {
        @Test("is the same every time that its seed makes it") func sameTwice() async {
            let seeds = Array(UInt64(1)...250)
            // The other order on other threads: nothing may come from what happened there before.
            async let first = SimulationRun.digests(of: seeds)
            async let second = SimulationRun.digests(of: seeds.reversed())
            let (one, other) = (await first, await second)
            #expect(one.count == seeds.count)
            for seed in seeds { #expect(one[seed] == other[seed], "seed \(seed)") }
        }

        @Test("can be replayed line by line") func sameLines() async throws {
            for seed in [3, 17, 4711] as [UInt64] {
                let (one, other) = (await SimulationRun.replay(seed), await SimulationRun.replay(seed))
                let lines = try #require(one?.lines)
                #expect(lines.count > 20)
                #expect(lines == other?.lines)
                #expect(one?.digest == other?.digest)
            }
        }

        @Test("leaves nothing behind in memory") func boundedMemory() async throws {
            _ = await SimulationRun.play(Array(1...200), threads: 1)
            let before = try residentBytes()
            _ = await SimulationRun.play(Array(201...800), threads: 1)
            let grown = try residentBytes() - before
            #expect(grown < 20 << 20, "grown by \(grown >> 10) KiB over 600 worlds")
        }

        private func residentBytes() throws -> Int {
            let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            return try #require(pages) * Int(sysconf(Int32(_SC_PAGESIZE)))
        }
    }
}
