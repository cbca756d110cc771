import Testing

@testable import GatewayHTTP

@Suite("A Range header") struct RangeHeaderTests {
    @Test(
        "asks for one part",
        arguments: [
            ("bytes=0-0", 0..<1), ("bytes=0-99", 0..<100), ("bytes=0-100", 0..<100), ("bytes=10-", 10..<100),
            ("bytes=99-", 99..<100), ("bytes=-1", 99..<100), ("bytes=-100", 0..<100), ("bytes=-500", 0..<100),
            ("BYTES=5-6", 5..<7), ("bytes=007-008", 7..<9),
            ("bytes=1-99999999999999999999999", 1..<100), ("bytes=-99999999999999999999999", 0..<100),
        ])
    func part(header: String, range: Range<Int>) { #expect(RangeHeader(header, length: 100) == .part(range)) }

    @Test(
        "cannot be satisfied behind the end",
        arguments: ["bytes=100-", "bytes=100-200", "bytes=99999999999999999999999-", "bytes=-0"])
    func behind(header: String) { #expect(RangeHeader(header, length: 100) == .unsatisfiable) }

    @Test(
        "is as good as none when it is of another unit, of several parts or of no sense",
        arguments: [
            nil, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,5-6", "items=0-5",
            "bytes=0-1-2", "bytes = 0-1", "bytes=0 - 1", "bytes=+1-2", "bytes=0x1-2", "bytes=--1", "bytes=1",
            "bytes=0-1=2", "bytes=\u{661}-2",
        ])
    func ignored(header: String?) { #expect(RangeHeader(header, length: 100) == .whole) }
}
