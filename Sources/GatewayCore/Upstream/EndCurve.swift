import Foundation

/// The chance that a job has ended by some age: a table over ages from a second to a day, in steps that grow with the age.
package struct EndCurve: Sendable, Equatable {
    /// Of jobs that keep to no rule, and how many times the usual age half of them take.
    private static let stragglers = 0.1
    private static let stragglersAge = 2.0
    private static let points = 128
    /// Between two points, of the natural logarithm of the seconds.
    private static let step = log(86_400.0) / Double(points - 1)

    /// The share of jobs that go on beyond each age; never zero, since stragglers follow a power law.
    private let surviving: [Double]

    /// - times: natural logarithms of the seconds that jobs took; not empty.
    /// - width: how far each speaks for its surroundings, as the deviation of a normal distribution.
    init(around times: [Double], width: Double) {
        let count = Double(max(1, times.count))
        let usual = exp(times.reduce(0, +) / count)
        surviving = (0..<EndCurve.points).map { point in
            let age = Double(point) * EndCurve.step
            let regular = times.reduce(0.0) { $0 + erfc((age - $1) / (width * 2.0.squareRoot())) } / (2 * count)
            let straggling = 1 / (1 + exp(age) / (EndCurve.stragglersAge * usual))
            return (1 - EndCurve.stragglers) * regular + EndCurve.stragglers * straggling
        }
    }

    private init(surviving: [Double]) { self.surviving = surviving }

    /// - share: of the other one, 0…1.
    func mixed(with other: EndCurve, share: Double) -> EndCurve {
        EndCurve(surviving: zip(surviving, other.surviving).map { $0 * (1 - share) + $1 * share })
    }

    /// The chance that a job that had not ended at one age has by a later one. 0…1
    package func chanceOfEnd(after alive: Duration, by age: Duration) -> Double {
        guard age > alive else { return 0 }
        return 1 - surviving(age / .seconds(1)) / surviving(alive / .seconds(1))
    }

    /// What a request is worth that asks at `age` about a job that had not ended at `alive`, in seconds of waiting that it
    /// saves somebody.
    ///
    /// With p(s) the chance of an end within s of the last question: asking every t seconds at a price of λ per question
    /// costs (∫₀ᵗ p + λ) / p(t) until the end is found. That is least where λ = p²/p′ − ∫₀ᵗ p: so high may the price be,
    /// and asking now is still right. It grows with the square of the time for steady chances, and fast once the end is
    /// nearly certain.
    package func worthOfAsking(at age: Duration, after alive: Duration) -> Double {
        let (begin, end) = (alive / .seconds(1), age / .seconds(1))
        guard end > begin else { return 0 }
        let before = surviving(begin)
        func chance(_ seconds: Double) -> Double { 1 - surviving(seconds) / before }
        let step = max(0.01, (end - begin) / 100)
        let growth = max((chance(end) - chance(end - step)) / step, 1e-12)
        // Simpson's rule.
        let width = (end - begin) / 8
        let inner = (1...7).reduce(0.0) { $0 + chance(begin + Double($1) * width) * ($1.isMultiple(of: 2) ? 2 : 4) }
        let waited = (chance(begin) + inner + chance(end)) * width / 3
        return max(0, chance(end) * chance(end) / growth - waited)
    }

    private func surviving(_ age: Double) -> Double {
        let place = log(max(1, age)) / EndCurve.step
        let point = Int(place)
        guard point + 1 < EndCurve.points else { return surviving[EndCurve.points - 1] * 86_400 / max(86_400, age) }
        let part = place - Double(point)
        return surviving[point] * (1 - part) + surviving[point + 1] * part
    }
}
