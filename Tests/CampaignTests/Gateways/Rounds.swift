import Foundation

/// How often a race is run.
enum Rounds {
    /// - usual: unless the environment variable `VINCI_TEST_ROUNDS` says otherwise.
    static func count(_ usual: Int) -> Int {
        ProcessInfo.processInfo.environment["VINCI_TEST_ROUNDS"].flatMap { Int($0) } ?? usual
    }
}
