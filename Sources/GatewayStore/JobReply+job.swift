package import AdminAPI
import Foundation
package import GatewayCore
import VinciAPI

extension JobReply {
    /// As the team sees it: in answers, and in what its webhooks are sent.
    package init(_ job: Job) {
        self.init(
            jobID: job.id.text, requestID: job.requestID?.text, team: job.owner.team.text,
            keyID: job.owner.token.text, kind: job.kind == .text ? .text : .image, state: job.state.rawValue,
            seconds: job.result?.seconds ?? Decimal(job.seconds), estimatedCostUSD: job.estimatedCost.decimal,
            holdUSD: job.hold.decimal, costUSD: job.result?.cost.decimal, createdAt: job.createdAt.rfc3339,
            acceptedAt: job.acceptedAt?.rfc3339, endedAt: job.endedAt?.rfc3339, videoURL: job.result?.url,
            error: job.error)
    }
}
