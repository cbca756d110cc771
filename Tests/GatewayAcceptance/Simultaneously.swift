/// Does the same thing so many times at once.
/// - work: receives 0, 1, 2, …
/// - Returns: what came of each, in the order in which they ended.
package func simultaneously<Value: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (Int) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: Value.self) { tasks in
        for number in 0..<count { tasks.addTask { try await work(number) } }
        return try await tasks.reduce(into: [Value]()) { $0.append($1) }
    }
}
