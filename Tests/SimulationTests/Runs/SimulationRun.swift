import Foundation
import Synchronization

/// Many seeds, on as many threads as there are cores.
final class SimulationRun: Sendable {
    struct Report: Sendable {
        var seeds = 0
        var steps = 0
        var coverage = Coverage()
        /// Somebody found what was looked for.
        var isEnough = false
        /// Of the first seeds that broke a rule.
        var failures: [SeedReport] = []
        var longestWait: (seed: UInt64, microseconds: Int64) = (0, 0)
        var took = Duration.zero
        /// Why a thread gave up, if one did.
        var broken: String?
    }

    private static let chunk = 25

    private let seeds: [UInt64]
    private let sabotage: Sabotage
    /// Seeds that may fail before the rest is left out.
    private let failuresMax: Int
    /// Whether this one's failure is enough.
    private let isEnough: @Sendable (SeedReport) -> Bool
    private let next = Mutex(0)
    private let report = Mutex(Report())

    private init(
        _ seeds: [UInt64], _ sabotage: Sabotage, failuresMax: Int, isEnough: @escaping @Sendable (SeedReport) -> Bool
    ) {
        self.isEnough = isEnough
        self.seeds = seeds
        self.sabotage = sabotage
        self.failuresMax = failuresMax
    }

    static func play(
        _ seeds: [UInt64], threads: Int = ProcessInfo.processInfo.activeProcessorCount, sabotage: Sabotage = .none,
        failuresMax: Int = 10, until isEnough: @escaping @Sendable (SeedReport) -> Bool = { _ in false }
    ) async -> Report {
        let start = ContinuousClock.now
        let run = SimulationRun(seeds, sabotage, failuresMax: failuresMax, isEnough: isEnough)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<max(1, min(threads, seeds.count)) {
                group.addTask { await onThread { run.work() } }
            }
        }
        var report = run.report.withLock { $0 }
        report.took = ContinuousClock.now - start
        report.failures.sort { $0.seed < $1.seed }
        return report
    }

    /// One seed with its trace.
    static func replay(_ seed: UInt64, sabotage: Sabotage = .none) async -> SeedReport? {
        let report = Kept<SeedReport>()
        await onThread {
            let played = try? SeedPlayer.run { try $0.play(seed, sabotage: sabotage, isTraced: true) }
            report.value.withLock { $0 = played }
        }
        return report.value.withLock { $0 }
    }

    /// One after the other, on one thread.
    static func digests(of seeds: [UInt64]) async -> [UInt64: UInt64] {
        let digests = Kept<[UInt64: UInt64]>()
        await onThread {
            let played = try? SeedPlayer.run { player in
                try Dictionary(uniqueKeysWithValues: seeds.map { ($0, try player.play($0).digest) })
            }
            digests.value.withLock { $0 = played }
        }
        return digests.value.withLock { $0 } ?? [:]
    }

    /// A thread of its own, with room for deep calls.
    private static func onThread(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                body()
                continuation.resume()
            }
            thread.stackSize = 16 << 20
            thread.start()
        }
    }

    private func work() {
        do {
            try SeedPlayer.run { player in
                while let chunk = takeChunk() {
                    for seed in chunk where isWanted { add(try player.play(seed, sabotage: sabotage)) }
                }
            }
        } catch {
            report.withLock { $0.broken = "\(error)" }
        }
    }

    private var isWanted: Bool { report.withLock { !$0.isEnough && $0.failures.count < failuresMax } }

    private func takeChunk() -> ArraySlice<UInt64>? {
        guard isWanted else { return nil }
        return next.withLock { next in
            let range = next..<min(seeds.count, next + SimulationRun.chunk)
            next = range.upperBound
            return range.isEmpty ? nil : seeds[range]
        }
    }

    private func add(_ played: SeedReport) {
        report.withLock { report in
            report.seeds += 1
            report.steps += played.steps
            report.coverage.add(played.coverage)
            if played.longestWait > report.longestWait.microseconds {
                report.longestWait = (played.seed, played.longestWait)
            }
            guard !played.violations.isEmpty else { return }
            report.failures.append(played)
            if isEnough(played) { report.isEnough = true }
        }
    }
}

private final class Kept<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
