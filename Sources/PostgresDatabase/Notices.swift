import CLibPQ

/// Counts a connection's warnings. libpq's own receiver would print them, data and all.
final class Notices {
    private(set) var warnings = 0

    /// To be called before the first message can come; `connection` must not outlive this object.
    func receive(from connection: OpaquePointer) {
        let receiver: PQnoticeReceiver = { context, result in
            guard let context, let result else { return }
            Unmanaged<Notices>.fromOpaque(context).takeUnretainedValue().note(result)
        }
        PQsetNoticeReceiver(connection, receiver, Unmanaged.passUnretained(self).toOpaque())
    }

    private func note(_ notice: OpaquePointer) {
        let letter = CInt(UInt8(ascii: "V"))
        guard let severity = PQresultErrorField(notice, letter), String(cString: severity) == "WARNING" else { return }
        warnings += 1
    }
}
