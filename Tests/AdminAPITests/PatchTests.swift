import AdminAPI
import Foundation
import Testing

@Suite("A PATCH body") struct PatchTests {
    @Test("leaves out what stays and writes null for what is cleared")
    func encodes() throws {
        let patch = TeamPatch(name: .value("Marketing"), rateLimit: .null)
        #expect(try json(patch) == #"{"name":"Marketing","rate_limit":null}"#)
    }

    @Test("tells an absent field from null")
    func decodes() throws {
        let patch = try decoded(TeamPatch.self, #"{"rate_limit": null, "open_jobs_max": 3}"#)
        #expect(patch.name == .absent)
        #expect(patch.rateLimit == .null)
        #expect(patch.openJobsMax == .value(3))
    }

    @Test("refuses a value of the wrong type, naming the field")
    func wrongType() throws {
        let failure = #expect(throws: DecodingError.self) {
            try decoded(TokenPatch.self, #"{"rate_limit": "many"}"#)
        }
        guard case .typeMismatch(_, let context) = failure else {
            Issue.record("expected a type mismatch, got \(String(describing: failure))")
            return
        }
        #expect(context.codingPath.map(\.stringValue) == ["rate_limit"])
    }

    @Test("knows all of its fields")
    func fieldNames() {
        #expect(TeamPatch.fieldNames == ["name", "suspended", "rate_limit", "open_jobs_max", "allowed_origins"])
    }
}
