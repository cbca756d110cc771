extension IPAddress {
    /// Whether the address leads to another machine on the public Internet, and nowhere else: not to this machine, its
    /// networks, its cloud, a group of machines or an example of a book.
    /// - Source: IANA's registries of special-purpose IPv4 and IPv6 addresses, read 2026-11; where those call a part of a
    ///   reserved block reachable, the block is refused as a whole.
    package var isPublic: Bool {
        switch self {
        case .v4(let value): !IPAddress.special4.contains { $0.contains(value) }
        case .v6(let value):
            if let inner = embedded(value) {
                IPAddress.v4(inner).isPublic
            } else {
                IPAddress.global6.contains(value) && !IPAddress.special6.contains { $0.contains(value) }
            }
        }
    }

    /// This very machine.
    package var isLoopback: Bool {
        switch self {
        case .v4(let value): value >> 24 == 127
        case .v6(let value): value == 1
        }
    }

    /// The IPv4 address behind a NAT64 gateway, which the packets go to in the end.
    private func embedded(_ value: UInt128) -> UInt32? {
        IPAddress.nat64.contains(value) ? UInt32(truncatingIfNeeded: value) : nil
    }

    private static let special4: [Block<UInt32>] = [
        .v4(0, 0, 0, 0, bits: 8),  // "this network", and the unspecified address
        .v4(10, 0, 0, 0, bits: 8),  // private
        .v4(100, 64, 0, 0, bits: 10),  // carrier-grade NAT; metadata of one cloud
        .v4(127, 0, 0, 0, bits: 8),  // loopback
        .v4(168, 63, 129, 16, bits: 32),  // the host services of one cloud, on a public address
        .v4(169, 254, 0, 0, bits: 16),  // link-local; metadata of most clouds
        .v4(172, 16, 0, 0, bits: 12),  // private
        .v4(192, 0, 0, 0, bits: 24),  // protocol assignments; metadata of one cloud
        .v4(192, 0, 2, 0, bits: 24),  // documentation
        .v4(192, 88, 99, 0, bits: 24),  // 6to4 relays, given up
        .v4(192, 168, 0, 0, bits: 16),  // private
        .v4(198, 18, 0, 0, bits: 15),  // benchmarking
        .v4(198, 51, 100, 0, bits: 24),  // documentation
        .v4(203, 0, 113, 0, bits: 24),  // documentation
        .v4(224, 0, 0, 0, bits: 4),  // multicast
        .v4(240, 0, 0, 0, bits: 4),  // reserved, and broadcast
    ]

    /// All that is handed out for the Internet at large; outside lie loopback, unspecified, unique-local (`fc00::/7`),
    /// link-local, site-local, multicast, IPv4-compatible, discard-only and local NAT64 addresses.
    private static let global6 = Block<UInt128>.v6(0x2000, bits: 3)

    private static let nat64 = Block<UInt128>.v6(0x64, 0xFF9B, bits: 96)

    private static let special6: [Block<UInt128>] = [
        .v6(0x2001, 0, bits: 23),  // protocol assignments: Teredo, benchmarking, ORCHID …
        .v6(0x2001, 0xDB8, bits: 32),  // documentation
        .v6(0x2002, bits: 16),  // 6to4: packets go to whatever IPv4 address is written inside
        .v6(0x3FFF, 0, bits: 20),  // documentation
    ]
}

/// Addresses that begin with the same bits.
private struct Block<Value: FixedWidthInteger & Sendable>: Sendable {
    let first: Value
    let bits: Int

    func contains(_ value: Value) -> Bool { (value ^ first) >> (Value.bitWidth - bits) == 0 }
}

extension Block<UInt32> {
    fileprivate static func v4(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, bits: Int) -> Self {
        Self(first: a << 24 | b << 16 | c << 8 | d, bits: bits)
    }
}

extension Block<UInt128> {
    fileprivate static func v6(_ a: UInt128, _ b: UInt128 = 0, bits: Int) -> Self {
        Self(first: a << 112 | b << 96, bits: bits)
    }
}
