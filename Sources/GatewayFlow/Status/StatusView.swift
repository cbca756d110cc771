import Synchronization

/// One version of a job's status, with the text of it.
///
/// By reference: every look at a job hands it on, and a copy would count references to each of its texts.
package final class StatusView: Sendable {
    package let status: JobStatus
    /// Grows with every change of this job's status.
    package let version: Int
    package let isEnded: Bool
    private let rendering = AtomicLazyReference<StatusText>()

    init(_ status: JobStatus, version: Int) {
        self.status = status
        self.version = version
        isEnded = status.isEnded
    }

    /// As it is sent; nil when it cannot be. Made when somebody looks for the first time: most versions are seen by nobody.
    package var text: StatusText? {
        rendering.load() ?? StatusText(status.reply).map { rendering.storeIfNil($0) }
    }

    /// Itself if nothing has changed.
    func changed(to next: JobStatus) -> StatusView {
        next == status ? self : StatusView(next, version: version + 1)
    }
}
