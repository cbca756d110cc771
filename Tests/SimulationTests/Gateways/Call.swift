/// How a client's call ended, as the client sees it.
enum CallEnd<Reply: Sendable>: Sendable {
    case answered(Reply)
    /// Nobody listened.
    case refused
    /// The connection broke: the gateway's process is gone.
    case reset
    /// The client lost its patience and went away.
    case hungUp

    var reply: Reply? {
        if case .answered(let reply) = self { reply } else { nil }
    }
}

/// The call during which code runs, for whoever is called in turn: Vinci and the store know by it whose order it is.
enum CallTag {
    @TaskLocal static var number: Int?
}

extension GatewayHost {
    /// One request on a connection of its own.
    /// - tag: by which Vinci and the store recognise an order.
    /// - patience: microseconds after which the client goes away; nil: it waits as long as it takes.
    /// - leaving: sees the reply at the instant at which the gateway lets it go.
    func call<Reply: Sendable>(
        tag: Int? = nil, patience: Int64? = nil, leaving: @escaping (Reply) -> Void = { _ in },
        _ work: @escaping @Sendable (GatewayParts) async -> Reply
    ) async -> CallEnd<Reply> {
        guard let life = serving, let parts = life.parts else { return .refused }
        return await withCheckedContinuation { continuation in
            let connection = Connection(life, continuation, leaving)
            connection.open(patience: patience) {
                await CallTag.$number.withValue(tag) { await work(parts) }
            }
        }
    }
}

/// A connection between a client and a gateway, for one request.
private final class Connection<Reply: Sendable>: WorldBound, @unchecked Sendable {
    private let life: GatewayLife
    private var continuation: CheckedContinuation<CallEnd<Reply>, Never>?
    private let leaving: (Reply) -> Void
    private let begun: Int64
    private let frozenBefore: Int64
    private var number = 0
    private var patience: Timer?
    private var task: Task<Void, Never>?

    init(
        _ life: GatewayLife, _ continuation: CheckedContinuation<CallEnd<Reply>, Never>,
        _ leaving: @escaping (Reply) -> Void
    ) {
        self.life = life
        self.continuation = continuation
        self.leaving = leaving
        begun = life.world.time.elapsed
        frozenBefore = life.frozenTime
    }

    func open(patience limit: Int64?, _ work: @escaping @Sendable () async -> Reply) {
        let world = life.world
        number = life.open { [self] in
            end(.reset)
            life.world.scheduler.push(as: life.owner) { [self] in task?.cancel() }
        }
        if let limit { patience = world.time.after(limit) { [self] in hangUp() } }
        world.openCalls += 1
        world.scheduler.acting(as: life.owner) {
            task = Task { [self] in
                answer(await work())
                world.openCalls -= 1
            }
        }
    }

    private func answer(_ reply: Reply) {
        guard !life.isDead else { return }
        let stopped = life.frozenTime - frozenBefore
        life.world.patience.note(life.world.time.elapsed - begun - stopped)
        guard continuation != nil else { return }
        leaving(reply)
        end(.answered(reply))
    }

    /// The server notices and cancels what serves the connection.
    private func hangUp() {
        guard continuation != nil else { return }
        life.world.coverage.count("hang-up")
        end(.hungUp)
        life.world.scheduler.push(as: life.owner) { [self] in task?.cancel() }
    }

    private func end(_ end: CallEnd<Reply>) {
        guard let continuation else { return }
        self.continuation = nil
        patience?.cancel()
        life.close(number)
        life.world.scheduler.acting(as: .world) { continuation.resume(returning: end) }
    }
}
