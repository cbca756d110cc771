/// Whose job it is: the world's own, or a running gateway's.
struct Owner: Hashable, Sendable {
    let number: Int

    /// Clients, Vinci, the network, the test itself.
    static let world = Owner(number: 0)
}

/// The one thread of a world: keeps what is ready and picks what runs next, by chance. What a job makes ready belongs to
/// whoever ran it, unless somebody says otherwise.
final class Scheduler: WorldBound, @unchecked Sendable {
    private enum Work {
        case job(UnownedJob)
        case action(() -> Void)
    }

    private struct Entry {
        let work: Work
        let owner: Owner
    }

    /// Drawn by the product through the system's generator.
    let product: Dice
    private let order: Dice
    private let trace: Trace
    private var ready: [Entry] = []
    /// What was ready when its owner was stopped.
    private var parked: [Entry] = []
    private var frozen: [Owner] = []
    private(set) var current = Owner.world
    private(set) var steps = 0
    /// Asked before each step, with the owner of what runs next.
    var beforeStep: (Owner) -> Void = { _ in }

    init(seed: UInt64, trace: Trace) {
        product = Dice(seed: seed, for: .product)
        order = Dice(seed: seed, for: .order)
        self.trace = trace
    }

    func enqueue(_ job: UnownedJob) { ready.append(Entry(work: .job(job), owner: current)) }

    func push(as owner: Owner, _ action: @escaping () -> Void) {
        ready.append(Entry(work: .action(action), owner: owner))
    }

    /// What `body` makes ready is this owner's.
    func acting<Value>(as owner: Owner, _ body: () throws -> Value) rethrows -> Value {
        let before = current
        current = owner
        defer { current = before }
        return try body()
    }

    /// Lets everything else that is ready have its chance first.
    func pause() async {
        await withCheckedContinuation { continuation in push(as: current) { continuation.resume() } }
    }

    /// - Returns: false when nothing is ready.
    func step() -> Bool {
        while !ready.isEmpty {
            let entry = takeAny()
            guard !frozen.contains(entry.owner) else {
                parked.append(entry)
                continue
            }
            steps += 1
            trace.noteStep(of: entry.owner)
            beforeStep(entry.owner)
            perform(entry)
            return true
        }
        return false
    }

    func isFrozen(_ owner: Owner) -> Bool { frozen.contains(owner) }

    /// From now on nothing of this owner runs, as after SIGSTOP.
    func freeze(_ owner: Owner) { frozen.append(owner) }

    func thaw(_ owner: Owner) {
        frozen.removeAll { $0 == owner }
        ready += parked.filter { $0.owner == owner }
        parked.removeAll { $0.owner == owner }
    }

    private func perform(_ entry: Entry) {
        current = entry.owner
        defer { current = .world }
        switch entry.work {
        case .job(let job): runHere(job)
        case .action(let action): action()
        }
    }

    private func takeAny() -> Entry {
        let index = order.index(ready.count)
        ready.swapAt(index, ready.count - 1)
        return ready.removeLast()
    }
}
