/// Names sessions so that no two ever share one, and an administrator of the server knows whose they are.
enum SessionName {
    /// Letters, digits and hyphens only; fits the 63 bytes of an `application_name`.
    /// - purpose: what the session is for, such as `write`.
    static func new(for purpose: String) -> String {
        let digits = (0..<3).map { _ in
            let part = String(UInt32.random(in: 0 ... .max), radix: 16)
            return String(repeating: "0", count: 8 - part.count) + part
        }
        return "vinci-gateway-\(purpose)-\(digits.joined())"
    }
}
