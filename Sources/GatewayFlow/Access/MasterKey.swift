import Crypto
import Foundation
package import GatewayCore

/// The one secret of an installation; every other key is derived from it (HKDF-SHA-256), each for one purpose.
package struct MasterKey: Sendable {
    package static let byteCount = 32

    private let key: SymmetricKey
    /// Derived once: every order needs it.
    private let hashPrompt: KeyedHash

    /// - bytes: exactly 32, from a secure source. Nil otherwise.
    package init?(bytes: [UInt8]) {
        guard bytes.count == MasterKey.byteCount else { return nil }
        key = SymmetricKey(data: bytes)
        hashPrompt = KeyedHash(MasterKey.derived("prompts", from: key))
    }

    /// Proves later that a store was written with this key, without telling it.
    package var checkValue: [UInt8] { Array(HMAC<SHA256>.authenticationCode(for: Data(), using: derived("check"))) }

    /// Hashes credentials; see ``CredentialHasher``.
    package var credentialHasher: CredentialHasher { CredentialHasher(key: derived("credentials")) }

    /// Signs links; see ``LinkSigner``.
    package var linkSigner: LinkSigner { LinkSigner(key: derived("links")) }

    /// Hashes prompts for the audit log: equal prompts are seen to be equal, their words are not.
    package func promptHash(_ prompt: String) -> [UInt8] { hashPrompt(prompt) }

    /// Encrypts an upstream key for the store, bound to its id.
    package func seal(_ secret: Secret, for id: UpstreamKeyID) throws(SealFault) -> [UInt8] {
        try seal(secret, as: "upstream-keys", of: id.text)
    }

    /// - Throws: `.cannotOpen` when the store was written with another master key, or tampered with.
    package func open(_ sealed: [UInt8], for id: UpstreamKeyID) throws(SealFault) -> Secret {
        try open(sealed, as: "upstream-keys", of: id.text)
    }

    /// Encrypts what signs a webhook's messages, bound to its id.
    package func seal(_ secret: Secret, for id: WebhookID) throws(SealFault) -> [UInt8] {
        try seal(secret, as: "webhook-secrets", of: id.text)
    }

    /// - Throws: `.cannotOpen`, as for upstream keys.
    package func open(_ sealed: [UInt8], for id: WebhookID) throws(SealFault) -> Secret {
        try open(sealed, as: "webhook-secrets", of: id.text)
    }

    private func seal(_ secret: Secret, as purpose: String, of id: String) throws(SealFault) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(
                Data(secret.reveal().utf8), using: derived(purpose), authenticating: Data(id.utf8))
            guard let combined = box.combined else { throw SealFault.cannotSeal }
            return Array(combined)
        } catch {
            throw .cannotSeal
        }
    }

    private func open(_ sealed: [UInt8], as purpose: String, of id: String) throws(SealFault) -> Secret {
        do {
            let box = try AES.GCM.SealedBox(combined: Data(sealed))
            let opened = try AES.GCM.open(box, using: derived(purpose), authenticating: Data(id.utf8))
            return Secret(String(decoding: opened, as: UTF8.self))
        } catch {
            throw .cannotOpen
        }
    }

    private func derived(_ purpose: String) -> SymmetricKey { MasterKey.derived(purpose, from: key) }

    private static func derived(_ purpose: String, from key: SymmetricKey) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: Data("vinci-gateway/\(purpose)/1".utf8), outputByteCount: 32)
    }
}

package enum SealFault: Error, Sendable, Equatable {
    case cannotSeal, cannotOpen
}

/// Turns a credential's text into the only form in which it is stored and looked up.
package struct CredentialHasher: Sendable {
    private let keyedHash: KeyedHash

    fileprivate init(key: SymmetricKey) { keyedHash = KeyedHash(key) }

    /// HMAC-SHA-256, 32 bytes. Tokens have 190 random bits, so a slow hash would protect nothing.
    package func hash(_ credential: Secret) -> [UInt8] { keyedHash(credential.reveal()) }
}

/// Signs and checks what a link says.
package struct LinkSigner: Sendable {
    private let key: SymmetricKey

    fileprivate init(key: SymmetricKey) { self.key = key }

    /// HMAC-SHA-256 in hexadecimal digits.
    func signature(of text: String) -> String {
        Array(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)).hexadecimal
    }

    /// Takes as long for a signature that is nearly right as for any other.
    func isValid(_ signature: String, of text: String) -> Bool {
        let digits = signature.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard signature.utf8.count == 2 * SHA256.byteCount, digits.count == signature.utf8.count else { return false }
        let code = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Data(text.utf8), using: key)
    }
}
