/// Which webhooks are served next. Each has one attempt under way at most, a turn ends with its first failure or after a few
/// deliveries, and whoever was served last waits longest: a slow or broken endpoint takes nobody's turn but its own.
package struct WebhookTurns: Sendable {
    private let atOnce: Int
    private var running: Set<WebhookID> = []
    /// By when they were last served, among those that are still due.
    private var served: [WebhookID: UInt64] = [:]
    private var turn: UInt64 = 0

    /// - atOnce: attempts under way at most.
    package init(atOnce: Int) { self.atOnce = atOnce }

    package var runningCount: Int { running.count }

    /// - due: all webhooks with something due, whoever serves them, longest due first.
    /// - Returns: those to serve now; each runs until ``end(_:)``.
    package mutating func begin(of due: [WebhookID]) -> [WebhookID] {
        let isDue = Set(due)
        served = served.filter { isDue.contains($0.key) || running.contains($0.key) }
        let waiting = due.filter { !running.contains($0) }
        // Sorting is stable in effect: equals keep their order by their place.
        let inOrder = waiting.enumerated().sorted { left, right in
            let (one, other) = (served[left.element] ?? 0, served[right.element] ?? 0)
            return one == other ? left.offset < right.offset : one < other
        }
        let chosen = inOrder.prefix(max(0, atOnce - running.count)).map(\.element)
        for webhook in chosen {
            turn += 1
            served[webhook] = turn
            running.insert(webhook)
        }
        return chosen
    }

    package mutating func end(_ webhook: WebhookID) { running.remove(webhook) }
}
