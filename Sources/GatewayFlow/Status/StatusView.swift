/// One version of a job's status, with the text of it.
///
/// By reference: every look at a job hands it on, and a copy would count references to each of its texts.
package final class StatusView: Sendable {
    package let status: JobStatus
    /// As it is sent; nil when it cannot be.
    package let text: StatusText?
    /// Grows with every change of this job's status.
    package let version: Int
    package let isEnded: Bool

    init(_ status: JobStatus, version: Int) {
        self.status = status
        self.version = version
        text = StatusText(status.reply)
        isEnded = status.isEnded
    }

    /// Itself if nothing has changed.
    func changed(to next: JobStatus) -> StatusView {
        next == status ? self : StatusView(next, version: version + 1)
    }
}
