import Foundation
package import GatewayCore

/// What is known about a kept file; stands beside it, and the file must match it.
package struct VideoRecord: Sendable, Hashable {
    package let job: JobID
    package let bytes: Int
    package let sha256: [UInt8]
    package let format: VideoFormat
    /// Tells apart two files of one job, so that removing one never removes the other.
    let generation: String

    var fileName: String { "\(job)-\(generation).video" }
    var recordName: String { VideoRecord.recordName(job, generation) }

    static func recordName(_ job: JobID, _ generation: String) -> String { "\(job)-\(generation).json" }
    static func partName(_ job: JobID, _ generation: String) -> String { "\(job)-\(generation).part" }

    /// Whether a name in the folder can be one of ours.
    static func isOurs(_ name: String) -> Bool {
        name.hasPrefix("job_") && [".video", ".json", ".json.new", ".part"].contains { name.hasSuffix($0) }
    }
}

extension VideoRecord {
    private struct Written: Codable {
        let job: String
        let generation: String
        let bytes: Int
        let sha256: String
        let format: String
    }

    var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return try encoder.encode(
                Written(
                    job: job.text, generation: generation, bytes: bytes, sha256: sha256.hexadecimal,
                    format: format.rawValue))
        }
    }

    /// Nil for anything that this program did not write in full.
    init?(json: Data, name: String) {
        guard let written = try? JSONDecoder().decode(Written.self, from: json), let job = JobID(written.job),
            let format = VideoFormat(rawValue: written.format), written.bytes > 0,
            VideoRecord.recordName(job, written.generation) == name
        else { return nil }
        let digits = Array(written.sha256.utf8)
        let sha256 = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
        }
        guard digits.count == 64, sha256.count == 32 else { return nil }
        self.init(
            job: job, bytes: written.bytes, sha256: sha256, format: format, generation: written.generation)
    }
}
