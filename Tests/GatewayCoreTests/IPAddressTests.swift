import GatewayCore
import Testing

@Suite("An IP address") struct IPAddressTests {
    @Test(
        "is public when it leads to another machine on the Internet",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
            "128.0.0.0", "142.250.74.123", "168.63.129.15", "169.253.255.255", "169.255.0.0", "172.15.255.255",
            "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
            "203.0.112.255", "203.0.114.0", "223.255.255.255", "2001:4860:4860::8888", "2001:200::1",
            "2600:1901::1", "2a00:1450:4001::200e", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "3fff:1000::1",
        ])
    func open(text: String) throws { #expect(try #require(IPAddress(text)).isPublic) }

    @Test(
        "is not public when it leads to this machine, its networks, its cloud, a group, or nowhere",
        arguments: [
            "0.0.0.0", "0.255.255.255", "10.0.0.1", "10.255.255.255", "100.64.0.0", "100.100.100.200",
            "100.127.255.255", "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.169.254", "172.16.0.0",
            "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255",
            "198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255",
            "240.0.0.1", "255.255.255.255",
            "::", "::1", "::7f00:1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.1.2.3",
            "::ffff:a9fe:a9fe", "::ffff:0:8.8.8.8", "64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::8.8.8.8", "100::1", "1fff:ffff::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff:ffff::1", "2001:db8::1", "2002:7f00:1::1",
            "2002:808:808::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254",
            "fdff:ffff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1",
        ])
    func closed(text: String) throws { #expect(try !#require(IPAddress(text)).isPublic) }

    @Test(
        "is not read from odd spellings",
        arguments: [
            "", "1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.01",
            "127.0.0.1.", "127.0.0.256", "127.0.0.-1", "+127.0.0.1", "127.0.0.1 ", " 127.0.0.1", "127.0.0.0x1",
            "[::1]", "::1%lo", "fe80::1%eth0", "::g", ":::", "1::2::3", "12345::", "localhost", "１27.0.0.1",
        ])
    func unread(text: String) { #expect(IPAddress(text) == nil) }

    @Test(
        "has one spelling, and an IPv4 address in IPv6 clothes is the IPv4 address",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("::ffff:127.0.0.1", "127.0.0.1"), ("::FFFF:7F00:1", "127.0.0.1"),
            ("0:0:0:0:0:0:0:1", "::1"), ("2001:DB8:0::1", "2001:db8::1"), ("255.0.10.9", "255.0.10.9"),
        ])
    func spelling(text: String, form: String) throws { #expect(try #require(IPAddress(text)).description == form) }

    @Test(
        "is loopback for this machine only",
        arguments: [
            ("127.0.0.1", true), ("127.9.8.7", true), ("::1", true), ("::ffff:127.0.0.1", true), ("128.0.0.1", false),
            ("0.0.0.0", false), ("::", false), ("::2", false), ("10.0.0.1", false),
        ])
    func loopback(text: String, isLoopback: Bool) throws {
        #expect(try #require(IPAddress(text)).isLoopback == isLoopback)
    }
}
