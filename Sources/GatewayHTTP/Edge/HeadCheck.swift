import NIOHTTP1

/// Decides whether a request head may pass the edge. What one proxy reads differently from the next is refused here,
/// not interpreted.
enum HeadCheck {
    static func fault(in head: HTTPRequestHead) -> HeadFault? {
        guard head.version == .http1_1 || head.version == .http1_0 else { return .version }
        guard isServed(head.method) else { return .method(head.method.rawValue) }
        return TargetCheck.fault(in: head.uri) ?? fieldFault(in: head)
    }

    private static func isServed(_ method: HTTPMethod) -> Bool {
        switch method {
        case .GET, .HEAD, .POST, .PUT, .PATCH, .DELETE, .OPTIONS: true
        default: false
        }
    }

    private static func fieldFault(in head: HTTPRequestHead) -> HeadFault? {
        var hosts: [String] = []
        var lengths: [String] = []
        var encodings: [String] = []
        for (name, value) in head.headers {
            if name.utf8.contains(UInt8(ascii: "_")) { return .headerUnderscore(name: name) }
            if value.utf8.contains(where: isControl) { return .headerControl(name: name) }
            switch name.lowercased() {
            case "host": hosts.append(value)
            case "content-length": lengths.append(value)
            case "transfer-encoding": encodings.append(value)
            case "upgrade": return .upgrade
            case "content-encoding": return .contentEncoding
            case "expect" where value.lowercased() != "100-continue": return .expectation
            default: break
            }
        }
        return hostFault(hosts, version: head.version) ?? framingFault(lengths, encodings, version: head.version)
    }

    /// HTTP/1.0 clients may leave the host out, as load balancers' health checks do.
    private static func hostFault(_ hosts: [String], version: HTTPVersion) -> HeadFault? {
        guard let host = hosts.first else { return version == .http1_0 ? nil : .hostMissing }
        guard hosts.count == 1 else { return .hostRepeated }
        return HostName.isValid(host) ? nil : .hostMalformed
    }

    private static func framingFault(
        _ lengths: [String], _ encodings: [String], version: HTTPVersion
    ) -> HeadFault? {
        guard lengths.isEmpty || encodings.isEmpty else { return .lengthAndEncoding }
        guard lengths.count <= 1 else { return .lengthRepeated }
        guard encodings.isEmpty || (encodings.count == 1 && encodings[0].lowercased() == "chunked") else {
            return .transferEncoding
        }
        guard let length = lengths.first else {
            return version == .http1_0 && !encodings.isEmpty ? .oldVersionWithBody : nil
        }
        guard isDecimal(length), let bytes = Int(length) else { return .lengthMalformed }
        return version == .http1_0 && bytes > 0 ? .oldVersionWithBody : nil
    }

    private static func isDecimal(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isControl(_ byte: UInt8) -> Bool {
        byte == 0x7F || (byte < 0x20 && byte != UInt8(ascii: "\t"))
    }
}
