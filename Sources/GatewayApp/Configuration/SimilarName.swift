/// The name that somebody probably meant.
enum SimilarName {
    /// The nearest candidate that is at most a third of its letters away, or nil.
    static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let scored = candidates.map { (name: $0, distance: editDistance(name, $0)) }
        guard let best = scored.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
        return best.distance <= max(1, best.name.utf8.count / 3) ? best.name : nil
    }

    /// `", did you mean 'port'?"`, or nothing.
    static func hint(for name: String, among candidates: some Sequence<String>) -> String {
        of(name, among: candidates).map { ", did you mean '\($0)'?" } ?? ""
    }

    /// Letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
    static func editDistance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8.prefix(lengthMax))
        let right = Array(right.utf8.prefix(lengthMax))
        var beforeLast = [Int]()
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var cost = min(
                    last[column] + (left[row] == right[column] ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }

    private static let lengthMax = 100
}
