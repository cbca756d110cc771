package import NIOCore
import NIOPosix

/// A kept video, open for one reader.
package struct VideoFile: Sendable {
    package let record: VideoRecord
    private let descriptor: Descriptor
    private let threads: NIOThreadPool

    init(_ record: VideoRecord, _ descriptor: Descriptor, _ threads: NIOThreadPool) {
        self.record = record
        self.descriptor = descriptor
        self.threads = threads
    }

    /// The next bytes from `offset` on; never fewer than asked for.
    package func read(at offset: Int, count: Int) async throws(FileFault) -> ByteBuffer {
        do {
            let bytes = try await threads.runIfActive { [descriptor] in try descriptor.read(at: offset, count: count) }
            guard bytes.count == count else { throw FileFault.damaged }
            return ByteBuffer(bytes: bytes)
        } catch {
            throw FileFault(unforeseen: error)
        }
    }
}
