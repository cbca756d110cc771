extension String {
    /// Whether each character is one of `!` to `~`: no space, no control character, nothing beyond ASCII.
    var isVisibleASCII: Bool {
        utf8.allSatisfy { byte in (0x21...0x7E).contains(byte) }
    }
}
