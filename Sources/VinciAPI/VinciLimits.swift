/// The numbers and grammars of Vinci's documentation, and ours where it is silent.
package enum VinciLimits {
    /// Unicode scalars of a prompt, as Python's `len` counts them. Vinci names no bound; 2000 is ours.
    package static let promptCharacters = 1...2000
    package static let durationSeconds = 1...10
    package static let durationSecondsDefault = 5
    package static let seedRandom = -1
    package static let usageDays = 1...90
    package static let usageDaysDefault = 30
    package static let keyRequestsPerMinute = 1...100
    package static let keyRequestsPerMinuteDefault = 10
    /// Bytes of an uploaded image file. Vinci names no bound; 20 MiB is ours.
    package static let imageBytesMax = 20 * 1024 * 1024

    /// A request id as we accept it from Vinci or from a client: `A-Z a-z 0-9 _ -`, 1…128 characters.
    package static func isRequestID(_ text: String) -> Bool { isIdentifier(text) }

    /// A key id (`vinci_…`): the same alphabet and length as a request id.
    package static func isKeyID(_ text: String) -> Bool { isIdentifier(text) }

    private static func isIdentifier(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }
}
