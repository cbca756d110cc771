package import GatewayCore
package import GatewayStore
package import VideoFiles

/// A viewer's request for a finished video, by its job.
package struct ReadVideo: Sendable {
    private let store: GatewayStore
    private let desk: StatusDesk
    private let library: VideoLibrary
    private let tally: AuditTally
    private let loads = SingleFlight<JobName, StatusDesk.Answer?>()

    package init(store: GatewayStore, desk: StatusDesk, library: VideoLibrary, tally: AuditTally) {
        self.store = store
        self.desk = desk
        self.library = library
        self.tally = tally
    }

    /// - name: Vinci's request id or our job id, unchecked.
    /// - Throws: `.notFound` for what does not exist, has no valid name or belongs to somebody else: all the same.
    package func callAsFunction(
        _ paced: Paced, _ name: String, from source: CallSource
    ) async throws(Refusal) -> VideoFile {
        let job = try await finished(paced, name)
        tally.noteVideoRead(of: job, by: paced.caller, from: source)
        do throws(VideoTrouble) {
            return try await library.file(of: job)
        } catch {
            throw .videoUnavailable(job, error)
        }
    }

    /// The job, if it has a video that the caller may see.
    package func finished(_ paced: Paced, _ name: String) async throws(Refusal) -> JobID {
        guard let name = JobReference.read(name), let status = try await status(name),
            paced.caller.maySee(jobOf: status.owner)
        else { throw .notFound }
        switch status.phase {
        case .completed: return status.job
        case .pending, .processing: throw .noVideo(status.job, isEnded: false)
        case .failed: throw .noVideo(status.job, isEnded: true)
        }
    }

    private func status(_ name: JobName) async throws(Refusal) -> JobStatus? {
        // What has ended stays as it is; of what has not, another process may know more.
        if let known = desk.find(name)?.status, known.isEnded || !store.isShared { return known }
        return try await storing {
            try await loads.value(for: name) { try await desk.load(name, isFollowedElsewhere: store.isShared) }
        }?.status
    }
}
