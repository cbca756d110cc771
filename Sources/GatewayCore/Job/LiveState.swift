package import Foundation

/// What Vinci last said about a job that has not ended.
package struct LiveState: Sendable, Hashable {
    package enum Stage: String, Sendable, CaseIterable {
        case pending, processing
    }

    package let stage: Stage
    /// 0…100, when Vinci said so.
    package let progress: Decimal?
    package let seenAt: Timestamp

    package init(stage: Stage, progress: Decimal?, seenAt: Timestamp) {
        self.stage = stage
        self.progress = progress
        self.seenAt = seenAt
    }
}
