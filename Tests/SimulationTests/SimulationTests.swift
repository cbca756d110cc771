import Foundation
import GatewayTesting
import Testing

extension SimulatedWorlds {
    @Suite("The whole order life") struct SimulationTests {
        @Test("keeps its promises in every world that a seed makes") func manySeeds() async throws {
            let seeds = SeededRandom.seeds(10_000)
            if seeds.count == 1 { return await Replay.show(seeds[0]) }
            let report = await SimulationRun.play(seeds)
            print(report.summary)
            if let broken = report.broken { Issue.record("a world could not be played: \(broken)") }
            for failure in report.failures { await Replay.report(failure) }
            // A few hundred worlds need not have seen everything.
            if report.seeds >= 2_000 { #expect(report.coverage.missing == [], "never happened") }
        }
    }
}

enum Replay {
    static func show(_ seed: UInt64) async {
        guard let report = await SimulationRun.replay(seed) else {
            Issue.record("the seed could not be played")
            return
        }
        for line in report.lines { print(line) }
        for violation in report.violations { Issue.record("\(violation)") }
    }

    static func report(_ failure: SeedReport) async {
        let replay = await SimulationRun.replay(failure.seed)
        let tail = (replay?.lines ?? []).suffix(60).joined(separator: "\n")
        Issue.record(
            """
            \(failure.violations.map(\.description).joined(separator: "\n"))
            \(tail)
            again: VINCI_TEST_SEED=\(failure.seed) swift test --disable-xctest --filter '^SimulationTests\\.'
            """)
    }
}

extension SimulationRun.Report {
    var summary: String {
        let seconds = took / .seconds(1)
        return """
            \(seeds) seeds in \(String(format: "%.1f", seconds)) s: \(Int(Double(seeds) / seconds)) per second, \
            \(steps / max(1, seeds)) steps each
            longest wait for an answer: \(longestWait.microseconds / 1000) ms (seed \(longestWait.seed))
            \(coverage.lines.joined(separator: "\n"))
            """
    }
}
