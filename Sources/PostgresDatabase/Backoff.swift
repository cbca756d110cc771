/// Pauses that double and are drawn at random, so that those who failed together do not come back together.
enum Backoff {
    /// - tries: how many have failed already.
    static func pause(after tries: Int, from least: Duration, to most: Duration) -> Duration {
        let full = min(least * (1 << min(max(tries - 1, 0), 20)), most)
        return full * Double.random(in: 0.5...1)
    }
}
