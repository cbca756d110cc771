package import GatewayCore
package import Logging
import ServiceLifecycle
import Synchronization
package import VideoFiles

/// The finished videos: each is fetched once, whoever asks and however many, and is served from the disk afterwards.
///
/// Readers wait until a file is whole and proven; nobody is given the beginning of a video whose end may never come.
package final class VideoLibrary: Service {
    package struct Settings: Sendable {
        package var bytesMax: Int
        /// How long a reader waits for a video that is on its way. It goes on without them.
        package var patience: Duration
        /// The whole time of a fetch, with all attempts.
        package var fetchTime: Duration
        package var fetchesAtOnce: Int

        package init(
            bytesMax: Int, patience: Duration = .seconds(30), fetchTime: Duration = .seconds(600),
            fetchesAtOnce: Int = 8
        ) {
            self.bytesMax = bytesMax
            self.patience = patience
            self.fetchTime = fetchTime
            self.fetchesAtOnce = fetchesAtOnce
        }
    }

    /// What videos leave free on their disk.
    private static let freeBytesMin = 64 << 20

    private let settings: Settings
    private let folder: VideoFolder
    private let fetch: FetchVideo
    private let turnstile: Turnstile
    private let metrics: GatewayMetrics
    private let clock: any WallClock
    private let sleeper: any Clock<Duration>
    private let logger: Logger
    private let state: Mutex<VideoLibraryState>
    private let fetches = Mutex<[JobID: Task<Void, Never>]>([:])

    package init(
        settings: Settings, folder: VideoFolder, fetch: FetchVideo, metrics: GatewayMetrics, clock: any WallClock,
        sleeper: any Clock<Duration>, logger: Logger
    ) {
        self.settings = settings
        self.folder = folder
        self.fetch = fetch
        turnstile = Turnstile(atOnce: settings.fetchesAtOnce, sleeper: sleeper)
        self.metrics = metrics
        self.clock = clock
        self.sleeper = sleeper
        self.logger = logger
        state = Mutex(VideoLibraryState(bytesMax: settings.bytesMax))
    }

    /// Takes over what an earlier run has kept.
    package func open() async throws(FileFault) {
        let records = try await folder.sweep()
        for record in state.withLock({ $0.adopt(records) }) { await folder.remove(record) }
        noteSize()
    }

    /// The file of a completed job, open and proven.
    package func file(of job: JobID) async throws(VideoTrouble) -> VideoFile {
        // A file can be thrown out between its finding and its opening; the second time it is fetched.
        for attempt in 1...2 {
            let record = try await record(of: job, counting: attempt == 1)
            do throws(FileFault) {
                return try await folder.open(record)
            } catch .damaged {
                await discard(record)
            } catch {
                logger.error("a kept video cannot be opened", metadata: ["job": "\(job)", "error": "\(error)"])
                throw .diskFault
            }
        }
        throw .notFetched
    }

    private func record(of job: JobID, counting: Bool) async throws(VideoTrouble) -> VideoRecord {
        let answer = state.withLock { state in
            let answer = state.ask(for: job, at: clock.uptime())
            // Under the lock: `close()` must see every fetch that begins before it.
            if case .begin(let arrival, let known) = answer { begin(arrival, of: job, known) }
            return answer
        }
        if counting { metrics.videoCache(answer.label) }
        switch answer {
        case .kept(let record): return record
        case .failed(let trouble): throw trouble
        case .wait(let arrival), .begin(let arrival, _):
            guard let end = await arrival.end(within: settings.patience, on: sleeper) else { throw .onItsWay }
            return try end.get()
        }
    }

    private func begin(_ arrival: VideoArrival, of job: JobID, _ known: VideoRecord?) {
        // A task of its own: whoever came first may go away.
        let task = Task {
            let end = await arrive(job, known)
            state.withLock { state in
                state.end(job, end, at: clock.uptime())
                // Under the lock: the next fetch of this video may begin as soon as it is given up.
                fetches.withLock { $0[job] = nil }
            }
            noteSize()
            arrival.finish(end)
        }
        fetches.withLock { $0[job] = task }
    }

    private func arrive(_ job: JobID, _ known: VideoRecord?) async -> Result<VideoRecord, VideoTrouble> {
        if let known {
            do throws(FileFault) {
                try await folder.prove(known)
                state.withLock { $0.prove(known) }
                return .success(known)
            } catch .damaged {
                logger.warning(
                    "a kept video is not what was recorded; it is fetched again", metadata: ["job": "\(job)"])
                await discard(known)
            } catch {
                guard !Task.isCancelled else { return .failure(.draining) }
                logger.error("a kept video cannot be read", metadata: ["job": "\(job)", "error": "\(error)"])
                return .failure(.diskFault)
            }
        }
        do throws(VideoTrouble) {
            return .success(try await fetched(job))
        } catch {
            return .failure(error)
        }
    }

    private func fetched(_ job: JobID) async throws(VideoTrouble) -> VideoRecord {
        guard await turnstile.enter(within: settings.fetchTime) else { throw Task.isCancelled ? .draining : .onItsWay }
        defer { turnstile.leave() }
        let result = await withTaskGroup(of: Result<VideoRecord, VideoTrouble>.self) { group in
            defer { group.cancelAll() }
            group.addTask { [self] in
                do throws(VideoTrouble) {
                    return .success(try await fetch(job, into: folder) { await self.makeRoom($0, for: job) })
                } catch {
                    return .failure(error)
                }
            }
            group.addTask { [sleeper, time = settings.fetchTime] in
                try? await sleeper.sleep(for: time)
                return .failure(.notFetched)
            }
            var first = await group.next() ?? .failure(.notFetched)
            group.cancelAll()
            // A fetch that was cut off as it ended has left a file that must be known.
            if case .failure = first, let second = await group.next(), case .success = second { first = second }
            return first
        }
        return try result.get()
    }

    private func makeRoom(_ bytes: Int, for job: JobID) async -> Bool {
        guard let leaving = state.withLock({ $0.makeRoom(bytes, for: job) }) else { return false }
        for record in leaving { await folder.remove(record) }
        // The disk is the store's too, more often than not, and orders come first.
        return await folder.isFree(bytes + VideoLibrary.freeBytesMin)
    }

    private func discard(_ record: VideoRecord) async {
        state.withLock { $0.forget(record) }
        await folder.remove(record)
    }

    private func noteSize() { metrics.videoCache(bytes: state.withLock { $0.shelf.bytes }) }

    // MARK: Life

    /// Fetches until the stop, then ends what is under way: a video can be had again.
    package func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    package func close() async {
        state.withLock { $0.close() }
        let running = fetches.withLock { Array($0.values) }
        for task in running { task.cancel() }
        for task in running { await task.value }
        folder.release()
    }
}

extension VideoLibraryState.Answer {
    fileprivate var label: String {
        switch self {
        case .kept: "hit"
        case .wait: "wait"
        case .begin: "miss"
        case .failed: "failed"
        }
    }
}
