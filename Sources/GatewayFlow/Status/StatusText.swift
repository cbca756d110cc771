import Crypto
import GatewayCore
import VinciAPI

extension JobStatus {
    /// What one viewer is told who gets another URL than Vinci's.
    package func text(videoURL: String?) -> StatusText? {
        var reply = reply
        reply.videoURL = videoURL
        return StatusText(reply)
    }
}

/// A status as it is sent. By reference: every look at a job hands it on.
package final class StatusText: Sendable {
    /// Vinci's JSON.
    package let json: String
    /// `Content-Length` of the JSON.
    package let length: String
    /// 24 hexadecimal digits of the content's SHA-256: the same in every process.
    package let digest: String
    /// `ETag`: the digest in quotes.
    package let tag: String

    /// Nil when the reply has a number that JSON cannot hold.
    init?(_ reply: StatusReply) {
        guard let json = try? VinciJSON.text(reply) else { return nil }
        self.json = json
        length = String(json.utf8.count)
        digest = Array(SHA256.hash(data: Array(json.utf8)).prefix(12)).hexadecimal
        tag = "\"\(digest)\""
    }
}
