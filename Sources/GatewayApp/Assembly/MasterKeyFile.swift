import Foundation
import GatewayCore
import GatewayFlow

/// The master key on disk: 32 bytes as 64 hexadecimal digits, readable by its owner only.
struct MasterKeyFile: Sendable {
    let path: String

    /// Reads the key, or draws one and writes it if there is no file.
    /// - Returns: the key, and whether it is new.
    func load() throws(GatewayFault) -> (key: MasterKey, isNew: Bool) {
        guard FileManager.default.fileExists(atPath: path) else { return (try create(), true) }
        try checkMode()
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let key = MasterKey(bytes: MasterKeyFile.bytes(hex: text.trimmingCharacters(in: .whitespacesAndNewlines)))
        else {
            throw GatewayFault(
                .configuration, "The master key \(path) cannot be read: expected 64 hexadecimal digits. Restore it.")
        }
        return (key, false)
    }

    private func create() throws(GatewayFault) -> MasterKey {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<MasterKey.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        try writeDurably(bytes.hexadecimal + "\n")
        guard let key = MasterKey(bytes: bytes) else {
            throw GatewayFault(.failed, "The master key \(path) could not be made.")
        }
        return key
    }

    /// Complete and on disk under another name before it gets its own: a crash leaves a whole key or none. A key that is
    /// there by then is never replaced.
    private func writeDurably(_ text: String) throws(GatewayFault) {
        let draft = "\(path).\(getpid())"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw GatewayFault(
                .configuration,
                "The master key \(path) cannot be written: \(String(cString: strerror(errno))). "
                    + "Check the folder's owner and rights.")
        }
        defer { unlink(draft) }
        let bytes = Array(text.utf8)
        let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, link(draft, path) == 0, syncFolder() else {
            throw GatewayFault(
                .storage, "The master key \(path) could not be written to disk: \(String(cString: strerror(errno))).")
        }
    }

    /// The file's name is on disk only when its folder is.
    private func syncFolder() -> Bool {
        let descriptor = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    private func checkMode() throws(GatewayFault) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & 0o077 == 0 else {
            throw GatewayFault(
                .configuration,
                "The master key \(path) can be read by others. Run: chmod 600 \(path)")
        }
    }

    private static func bytes(hex: String) -> [UInt8] {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == hex.utf8.count, digits.count.isMultiple(of: 2) else { return [] }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
