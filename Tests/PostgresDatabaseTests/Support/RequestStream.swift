/// What a driver sends, cut into exchanges: all messages up to and including a Sync.
struct RequestStream {
    struct Exchange {
        var bytes: [UInt8] = []
        /// Whether it parses the statement `COMMIT` after it has raised a mark.
        var isCommit = false
    }

    private var pending: [UInt8] = []
    private var current = Exchange()
    private var isStarted = false

    mutating func exchanges(adding bytes: [UInt8]) -> [Exchange] {
        pending += bytes
        var whole: [Exchange] = []
        while let message = nextMessage() {
            current.bytes += message
            // The first messages of a connection have no type and get an answer each, as have passwords.
            let type = isStarted ? message[0] : 0
            if type == 0 || type == UInt8(ascii: "p") || type == UInt8(ascii: "S") || type == UInt8(ascii: "X") {
                whole.append(current)
                current = Exchange()
            } else if type == UInt8(ascii: "P"), message.contains("COMMIT\0") {
                current.isCommit =
                    current.bytes.contains("commit_mark\0") && !current.bytes.contains("INSERT")
                    && !current.bytes.contains("last_number")
            }
            if type == 0 { isStarted = true }
        }
        return whole
    }

    /// TLS is not asked for, so the first message is the start-up itself.
    private mutating func nextMessage() -> [UInt8]? {
        let typeLength = isStarted ? 1 : 0
        guard pending.count >= typeLength + 4 else { return nil }
        let length = pending[typeLength..<typeLength + 4].reduce(0) { $0 << 8 | Int($1) }
        guard pending.count >= typeLength + length else { return nil }
        defer { pending.removeFirst(typeLength + length) }
        return Array(pending.prefix(typeLength + length))
    }
}

extension [UInt8] {
    fileprivate func contains(_ text: String) -> Bool { contains(Array(text.utf8)) }
}
