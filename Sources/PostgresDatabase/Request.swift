/// One message to the server within an exchange.
enum Request {
    /// - name: empty for a statement that is used once.
    case prepare(name: String, sql: String)
    case describe(name: String)
    /// Runs a prepared statement; its rows come in binary form.
    case execute(name: String, [Parameter])
    /// Runs a statement of the driver's own, without parameters; its rows come as text.
    case run(String)

    /// A value in binary form, nil for NULL.
    typealias Parameter = [UInt8]?
}

/// The values of one statement in the shape in which libpq takes them: one block of bytes, and where each value lies.
struct PackedParameters {
    private var bytes: [UInt8] = []
    private var offsets: [Int?] = []
    private var lengths: [CInt] = []

    init(_ parameters: [Request.Parameter]) {
        bytes.reserveCapacity(parameters.reduce(1) { $0 + ($1?.count ?? 0) })
        for parameter in parameters {
            offsets.append(parameter == nil ? nil : bytes.count)
            lengths.append(CInt(parameter?.count ?? 0))
            bytes += parameter ?? []
        }
        // An empty value needs an address, too.
        bytes.append(0)
    }

    /// - send: gets the number of values, their addresses, lengths and formats.
    func pass(
        to send: (CInt, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<CInt>?, UnsafePointer<CInt>?) -> CInt
    ) -> CInt {
        let formats = [CInt](repeating: 1, count: lengths.count)
        return bytes.withUnsafeBytes { block in
            let addresses = offsets.map { offset in
                offset.flatMap { block.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            return send(CInt(lengths.count), addresses, lengths, formats)
        }
    }
}
