/// When the WAL is copied back into the database file: in a quiet moment once it has grown, and at the latest when it has
/// grown a lot.
struct CheckpointPlan: Sendable {
    let pages: Int
    let pagesMax: Int
    private var pagesWritten = 0

    init(pages: Int, pagesMax: Int) {
        self.pages = pages
        self.pagesMax = pagesMax
    }

    mutating func wrote(pages: Int) { pagesWritten += pages }

    func isDue(isQuiet: Bool) -> Bool { pagesWritten >= (isQuiet ? pages : pagesMax) }

    /// Counts anew even when a reader kept the checkpoint from going all the way: trying again at once would be in vain.
    mutating func tried() { pagesWritten = 0 }
}
