/// Which fields an upload form has.
package struct FormShape: Sendable, Equatable {
    package var file: String
    package var texts: Set<String>
    /// Bytes of the file.
    package var fileBytesMax: Int
    /// Bytes of all text fields together.
    package var textBytesMax = 64 * 1024

    package init(file: String, texts: Set<String>, fileBytesMax: Int) {
        self.file = file
        self.texts = texts
        self.fileBytesMax = fileBytesMax
    }
}
