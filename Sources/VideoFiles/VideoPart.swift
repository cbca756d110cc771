import Crypto
import Foundation
import GatewayCore
package import NIOCore
import NIOPosix
import Synchronization

/// A video on its way to the disk, under a name that nobody serves. Has one writer, who ends it with exactly one of
/// ``finish()`` and ``discard()``.
package final class VideoPart: Sendable {
    private struct State {
        var hash = SHA256()
        var count = 0
        var beginning: [UInt8] = []
    }

    private let job: JobID
    private let generation: String
    private let folder: VideoFolder
    private let file: Descriptor
    private let threads: NIOThreadPool
    private let state = Mutex(State())

    init(
        _ job: JobID, _ generation: String, in folder: VideoFolder, _ file: Descriptor, _ threads: NIOThreadPool
    ) {
        self.job = job
        self.generation = generation
        self.folder = folder
        self.file = file
        self.threads = threads
    }

    /// Bytes that have been written.
    package var count: Int { state.withLock { $0.count } }

    package func write(_ bytes: ByteBuffer) async throws(FileFault) {
        try await onThread { [self] in
            try bytes.withUnsafeReadableBytes { bytes in
                try file.write(bytes)
                state.withLock { state in
                    state.hash.update(bufferPointer: bytes)
                    state.count += bytes.count
                    state.beginning += bytes.prefix(max(0, VideoFormat.markBytes - state.beginning.count))
                }
            }
        }
    }

    /// Begins anew: what came before was of another file.
    package func restart() async throws(FileFault) {
        try await onThread { [self] in
            try file.empty()
            state.withLock { $0 = State() }
        }
    }

    /// Makes a kept file of it, durably; nil, and nothing is kept, when it is no whole video.
    package func finish() async throws(FileFault) -> VideoRecord? {
        do {
            let record = try await onThread { [self] in
                let (hash, count, beginning) = state.withLock { ($0.hash, $0.count, $0.beginning) }
                guard let format = VideoFormat(beginning: beginning), try isWhole(format, length: count) else {
                    return VideoRecord?.none
                }
                try file.sync()
                let record = VideoRecord(
                    job: job, bytes: count, sha256: Array(hash.finalize()), format: format, generation: generation)
                try folder.settle(record, part: VideoRecord.partName(job, generation))
                return record
            }
            if record == nil { await discard() }
            return record
        } catch {
            await discard()
            throw error
        }
    }

    package func discard() async {
        await folder.always { [folder, name = VideoRecord.partName(job, generation)] in folder.remove(name) }
    }

    private func isWhole(_ format: VideoFormat, length: Int) throws(FileFault) -> Bool {
        guard format != .webM else { return true }
        var boxes = MovieBoxes(length: length)
        while let next = boxes.next { boxes.take(try file.read(at: next, count: MovieBoxes.headBytes)) }
        return boxes.isWhole
    }

    private func onThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws(FileFault) -> Value {
        do {
            return try await threads.runIfActive(work)
        } catch {
            throw FileFault(unforeseen: error)
        }
    }
}
