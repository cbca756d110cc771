import GatewayCore
package import GatewayStore
package import GuardedHTTP
package import Logging
import VideoFiles

/// Brings a completed job's video from its host to the disk: in several attempts if need be, each going on where the one
/// before broke off, and with a new URL when the old one has expired.
package struct FetchVideo: Sendable {
    private static let attemptsMax = 4
    private static let pause: Duration = .milliseconds(250)

    private let client: GuardedClient
    private let limits: GuardedLimits
    private let store: GatewayStore
    private let renew: RenewVideoURL
    private let sleeper: any Clock<Duration>
    private let logger: Logger

    /// - limits: of one attempt.
    package init(
        client: GuardedClient, limits: GuardedLimits, store: GatewayStore, renew: RenewVideoURL,
        sleeper: any Clock<Duration>, logger: Logger
    ) {
        self.client = client
        self.limits = limits
        self.store = store
        self.renew = renew
        self.sleeper = sleeper
        self.logger = logger
    }

    func callAsFunction(
        _ id: JobID, into folder: VideoFolder, makeRoom: @escaping @Sendable (Int) async -> Bool
    ) async throws(VideoTrouble) -> VideoRecord {
        let job: Job
        do {
            guard let found = try await store.job(.job(id)) else { throw VideoTrouble.notFetched }
            job = found
        } catch {
            throw .notFetched
        }
        let part: VideoPart
        do throws(FileFault) {
            part = try await folder.part(for: id)
        } catch {
            throw trouble(error, job)
        }
        do throws(VideoTrouble) {
            try await fill(part, job, makeRoom)
        } catch {
            await part.discard()
            throw error
        }
        return try await finish(part, job)
    }

    private func finish(_ part: VideoPart, _ job: Job) async throws(VideoTrouble) -> VideoRecord {
        let record: VideoRecord?
        do throws(FileFault) {
            record = try await part.finish()
        } catch {
            throw trouble(error, job)
        }
        guard let record else {
            logger.error("what Vinci names as a video is no whole one", metadata: ["job": "\(job.id)"])
            throw .notFetched
        }
        logger.info(
            "a video is kept",
            metadata: [
                "job": "\(job.id)", "bytes": "\(record.bytes)", "sha256": "\(record.sha256.hexadecimal)",
            ])
        return record
    }

    private func fill(
        _ part: VideoPart, _ job: Job, _ makeRoom: @escaping @Sendable (Int) async -> Bool
    ) async throws(VideoTrouble) {
        // A job whose URL got lost on the way has one at Vinci.
        var url = job.result?.url
        var isRenewed = false
        let download = VideoDownload(client: client, limits: limits, part: part, makeRoom: makeRoom)
        for attempt in 1...FetchVideo.attemptsMax {
            if url == nil {
                guard !isRenewed else { throw .notFetched }
                isRenewed = true
                url = await renew(job)
            }
            guard let current = url else { throw .notFetched }
            switch await download.attempt(current) {
            case .whole: return
            case .expired:
                guard !isRenewed else { throw .notFetched }
                url = nil
            case .failed(let trouble): throw trouble
            case .fileFault(let fault): throw self.trouble(fault, job)
            case .refused(let problem):
                logger.error(
                    "a video may not be fetched", metadata: ["job": "\(job.id)", "reason": "its URL \(problem)"])
                throw .notAllowed
            case .broken(let reason):
                guard !Task.isCancelled else { throw .draining }
                logger.info(
                    "a video broke off",
                    metadata: ["job": "\(job.id)", "attempt": "\(attempt)", "reason": "\(reason)"])
                try? await sleeper.sleep(for: FetchVideo.pause * attempt)
            }
        }
        throw .notFetched
    }

    private func trouble(_ fault: FileFault, _ job: Job) -> VideoTrouble {
        logger.error("a video could not be written", metadata: ["job": "\(job.id)", "error": "\(fault)"])
        return fault == .diskFull ? .noRoom : .diskFault
    }
}
