import Foundation

/// How long Vinci takes for a video, learned from those that have ended.
///
/// The latest few dozen of each kind and length speak for the next one; while they are few, all of their kind speak as well,
/// and all videos for these. So a change at Vinci is learned within as many jobs.
package struct JobTimes: Sendable {
    /// What makes jobs take about as long as each other.
    package struct Shape: Sendable, Hashable {
        package let kind: JobKind
        /// Of video, as ordered.
        package let seconds: Int

        package init(kind: JobKind, seconds: Int) {
            self.kind = kind
            self.seconds = seconds
        }
    }

    /// Before anything is known: a minute, give or take a factor of three.
    private static let unknown = EndCurve(around: [log(60)], width: 1)

    private var all = Experience()
    private var kinds: [JobKind: Experience] = [:]
    private var shapes: [Shape: Experience] = [:]

    package init() {}

    package mutating func learn(_ time: JobTime) {
        let seconds = time.took / .seconds(1)
        guard seconds > 0 else { return }
        all.add(log(seconds))
        kinds[time.shape.kind, default: Experience()].add(log(seconds))
        shapes[time.shape, default: Experience()].add(log(seconds))
    }

    package mutating func curve(of shape: Shape) -> EndCurve {
        let general = all.curve(beside: JobTimes.unknown)
        let ofKind = kinds[shape.kind]?.curve(beside: general) ?? general
        return shapes[shape]?.curve(beside: ofKind) ?? ofKind
    }
}

/// How long one video took.
package struct JobTime: Sendable, Equatable {
    package let shape: JobTimes.Shape
    /// From Vinci's acceptance to the completed video.
    package let took: Duration

    package init(shape: JobTimes.Shape, took: Duration) {
        self.shape = shape
        self.took = took
    }
}

extension Job {
    package var shape: JobTimes.Shape { JobTimes.Shape(kind: kind, seconds: seconds) }
}

/// The latest videos of one sort.
private struct Experience: Sendable {
    private static let most = 40
    /// As many videos as the wider sort is worth.
    private static let priorWeight = 1.0
    /// How far a single video speaks for its surroundings, and how far it always does: a twelfth more or less.
    private static let widthOfFew = 0.3
    private static let widthMin = 0.08

    /// Natural logarithms of the seconds.
    private var times: [Double] = []
    private var next = 0
    /// Made when it is asked for: a start learns of a thousand videos at once.
    private var known: EndCurve?

    mutating func add(_ time: Double) {
        if times.count < Experience.most { times.append(time) } else { times[next] = time }
        next = (next + 1) % Experience.most
        known = nil
    }

    mutating func curve(beside prior: EndCurve) -> EndCurve {
        if let known { return known }
        guard !times.isEmpty else { return prior }
        let weight = Experience.priorWeight / (Double(times.count) + Experience.priorWeight)
        let made = EndCurve(around: times, width: width).mixed(with: prior, share: weight)
        known = made
        return made
    }

    /// Silverman's rule.
    private var width: Double {
        guard times.count > 2 else { return Experience.widthOfFew }
        let count = Double(times.count)
        let mean = times.reduce(0, +) / count
        let deviation = (times.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        return max(Experience.widthMin, 1.06 * deviation / pow(count, 0.2))
    }
}
