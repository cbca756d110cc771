import Crypto

/// SHA-256 as 64 lower-case hexadecimal digits.
enum Digest {
    static func hex(of text: String) -> String { hex(of: SHA256.hash(data: Array(text.utf8))) }

    static func hex(of digest: SHA256.Digest) -> String {
        let alphabet = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [alphabet[Int($0 >> 4)], alphabet[Int($0 & 15)]] }, as: UTF8.self)
    }
}
