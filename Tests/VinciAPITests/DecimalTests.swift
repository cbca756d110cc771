import Foundation
import Testing
import VinciAPI

@Suite("A decimal in JSON") struct DecimalTests {
    private struct Holder: Codable, Equatable {
        var value: Decimal
    }

    @Test(
        "is read and written digit by digit",
        arguments: [
            ("0.1", "0.1"), ("0.3", "0.3"), ("25.5000", "25.5"), ("134.7500", "134.75"), ("0.000001", "0.000001"),
            ("12345678901.123456", "12345678901.123456"), ("-0.07", "-0.07"), ("0", "0"), ("-0.0", "0"),
            ("9007199254740993", "9007199254740993"), ("9223372036854.775807", "9223372036854.775807"),
            ("1E3", "1000"), ("2.5e-3", "0.0025"),
            ("12345678901234567890123456789.12345678", "12345678901234567890123456789.12345678"),
        ])
    func exact(text: String, written: String) throws {
        let holder = try JSONDecoder().decode(Holder.self, from: Data("{\"value\":\(text)}".utf8))
        #expect(holder.value == Decimal(string: text))
        #expect(String(decoding: try JSONEncoder().encode(holder), as: UTF8.self) == "{\"value\":\(written)}")
    }

    @Test(
        "out of reach is an error and not another number",
        arguments: ["1e400", "-1e400", "1e-400", "1e128", "NaN", "01"])
    func refused(text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Holder.self, from: Data("{\"value\":\(text)}".utf8))
        }
    }

    @Test("is whole or not, at the edges too") func whole() throws {
        let table: [(String, Int?)] = [
            ("5", 5), ("5.0", 5), ("5e0", 5), ("50e-1", 5), ("1e3", 1000), ("-1", -1), ("-0", 0), ("5.2", nil),
            ("9223372036854775807", .max), ("9223372036854775808", nil), ("-9223372036854775808", .min),
            ("-9223372036854775809", nil), ("1e127", nil), ("0.00000000000000000000000000000000000001", nil),
        ]
        for (text, number) in table {
            #expect(try #require(Decimal(string: text)).wholeNumber == number, "\(text)")
        }
        #expect(Decimal.nan.wholeNumber == nil)
    }
}
