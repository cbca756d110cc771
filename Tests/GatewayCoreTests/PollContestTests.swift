import Foundation
import GatewayCore
import GatewayTesting
import Testing

/// Ten jobs share a key that lets eight polls through in a minute: who asks about which one decides when people get to
/// know that their video is ready.
@Suite("The plan of polls beside asking in turn") struct PollContestTests {
    /// Medians in seconds with how far jobs of one kind scatter, as the deviation of the logarithm.
    @Test(
        "brings news sooner, however long jobs take and however different they are",
        arguments: [(60.0, 0.4), (120, 0.2), (120, 0.6), (240, 0.1), (240, 0.3)])
    func sooner(median: Double, scatter: Double) {
        let mean = means(median, scatter)
        #expect(mean.planned < mean.inTurn)
    }

    @Test("loses nothing when more jobs end than polls can be made", arguments: [(30.0, 0.2), (60, 0.1)])
    func overloaded(median: Double, scatter: Double) {
        let mean = means(median, scatter)
        #expect(mean.planned < mean.inTurn * 1.05)
    }

    private func means(_ median: Double, _ scatter: Double) -> (planned: Double, inTurn: Double) {
        var mean = (planned: 0.0, inTurn: 0.0)
        let seeds = SeededRandom.seeds(3)
        for seed in seeds {
            let world = PollContest(median: median, scatter: scatter, seed: seed)
            mean.planned += world.delayOfPlan() / Double(seeds.count)
            mean.inTurn += world.delayInTurn() / Double(seeds.count)
        }
        let figures = [median, scatter, mean.planned, mean.inTurn].map { String(format: "%.1f", $0) }
        print("jobs of \(figures[0]) s ± \(figures[1]): news after \(figures[2]) s planned, \(figures[3]) s in turn")
        return mean
    }
}

/// Always ten open jobs: when one ends, the next begins.
private struct PollContest {
    private static let jobs = 10
    private static let pollsPerMinute = 8
    private static let videos = 250
    private static let key = UpstreamKeyID(stored: "main")
    private static let shape = JobTimes.Shape(kind: .text, seconds: 5)

    let median: Double
    let scatter: Double
    let seed: UInt64

    private struct Video {
        let name: JobID
        let begins: Uptime
        let ends: Uptime
    }

    /// The same videos for both, in the order in which they begin.
    private struct Studio {
        let median: Double
        let scatter: Double
        var random: SeededRandom
        var made = 0

        mutating func begin(at now: Uptime) -> Video {
            made += 1
            let seconds = median * exp(scatter * random.normal())
            return Video(
                name: JobID(stored: "job-\(made)"), begins: now,
                ends: now.adding(.microseconds(Int64(seconds * 1_000_000))))
        }
    }

    private func studio() -> Studio { Studio(median: median, scatter: scatter, random: SeededRandom(seed: seed)) }

    /// Mean seconds from the end of a video until a poll has found it.
    func delayOfPlan() -> Double {
        var studio = studio()
        var planner = PollPlanner(.init(intervalMin: .seconds(2), intervalMax: .seconds(10)))
        var open: [JobID: Video] = [:]
        var (now, delay, found) = (Uptime(microseconds: 0), 0.0, 0)
        func begin() {
            let video = studio.begin(at: now)
            open[video.name] = video
            planner.add(video.name, with: PollContest.key, shape: PollContest.shape, acceptedAt: now, at: now)
        }
        for _ in 0..<PollContest.jobs { begin() }
        planner.setPace(PollContest.pollsPerMinute, of: PollContest.key)
        while found < PollContest.videos {
            for name in open.keys.sorted() { _ = planner.watch(name, at: now) }
            switch planner.step(at: now) {
            case .wait(let pause): now = now.adding(min(pause ?? .seconds(1), .seconds(1)))
            case .poll(let name):
                guard let video = open[name], video.ends <= now else {
                    planner.polled(name, at: now)
                    continue
                }
                delay += now.since(video.ends) / .seconds(1)
                found += 1
                open[name] = nil
                planner.completed(name, at: now)
                begin()
            }
        }
        return delay / Double(found)
    }

    func delayInTurn() -> Double {
        var studio = studio()
        var (now, delay, found) = (Uptime(microseconds: 0), 0.0, 0)
        var ring = (0..<PollContest.jobs).map { _ in studio.begin(at: now) }
        while found < PollContest.videos {
            now = now.adding(.seconds(60) / PollContest.pollsPerMinute)
            let video = ring.removeFirst()
            if video.ends <= now {
                delay += now.since(video.ends) / .seconds(1)
                found += 1
                ring.append(studio.begin(at: now))
            } else {
                ring.append(video)
            }
        }
        return delay / Double(found)
    }
}

extension SeededRandom {
    /// Box and Muller.
    fileprivate mutating func normal() -> Double {
        let (first, second) = (Double.random(in: .ulpOfOne...1, using: &self), Double.random(in: 0...1, using: &self))
        return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
    }
}
