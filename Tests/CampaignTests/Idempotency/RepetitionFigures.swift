/// What a campaign has seen, for its one line.
struct RepetitionFigures: Sendable {
    private(set) var keys = 0
    private(set) var clients = 0
    private(set) var answers = 0
    private(set) var posts = 0
    private(set) var replays = 0
    private(set) var misused = 0
    private(set) var crashes = 0
    /// How the keys ended, by status.
    private(set) var ends: [Int: Int] = [:]

    mutating func note(_ order: KeyedOrder, posts: Int, _ heard: [EndOfOrder]) {
        keys += 1
        self.posts += posts
        answers += heard.count
        replays += heard.count(where: \.isReplay)
        misused += order.isMisused ? 1 : 0
        if let status = heard.first?.status { ends[status, default: 0] += 1 }
    }

    mutating func note(clients count: Int, crashed: Bool) {
        clients += count
        crashes += crashed ? 1 : 0
    }

    mutating func add(_ other: RepetitionFigures) {
        keys += other.keys
        clients += other.clients
        answers += other.answers
        posts += other.posts
        replays += other.replays
        misused += other.misused
        crashes += other.crashes
        ends.merge(other.ends, uniquingKeysWith: +)
    }

    var line: String {
        let ends = ends.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
        return """
            \(keys) keys, \(clients) clients at once in waves, \(crashes) crashes, \(posts) orders at Vinci, \
            \(answers) answers of which \(replays) replayed (\(ends)), \(misused) keys used for something else
            """
    }
}
