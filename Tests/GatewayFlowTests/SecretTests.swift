import GatewayCore
import GatewayFlow
import GatewayTesting
import Testing

@Suite("The master key") struct MasterKeyTests {
    let key: MasterKey
    let other: MasterKey

    init() throws {
        key = try #require(MasterKey(bytes: Array(repeating: 1, count: 32)))
        other = try #require(MasterKey(bytes: Array(repeating: 2, count: 32)))
    }

    @Test("opens what it sealed, for the same id only, and nothing that was changed")
    func seal() throws {
        let main = try #require(UpstreamKeyID("main"))
        let second = try #require(UpstreamKeyID("second"))
        let sealed = try key.seal(Secret("sk-real"), for: main)
        #expect(try key.open(sealed, for: main).reveal() == "sk-real")
        #expect(throws: SealFault.cannotOpen) { try key.open(sealed, for: second) }
        #expect(throws: SealFault.cannotOpen) { try other.open(sealed, for: main) }
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: SealFault.cannotOpen) { try key.open(changed, for: main) }
        }
    }

    @Test("gives every purpose and every installation hashes of its own")
    func hashes() {
        let token = Secret("sk-vgw-x")
        let hashes = [
            key.credentialHasher.hash(token), other.credentialHasher.hash(token), key.promptHash("sk-vgw-x"),
            other.promptHash("sk-vgw-x"), key.checkValue, other.checkValue,
        ]
        #expect(Set(hashes).count == hashes.count)
        #expect(key.credentialHasher.hash(token) == key.credentialHasher.hash(Secret("sk-vgw-x")))
    }

    @Test("has exactly 32 bytes")
    func length() {
        #expect(MasterKey(bytes: []) == nil)
        #expect(MasterKey(bytes: Array(repeating: 0, count: 33)) == nil)
    }
}
