/// A body whose fields are all known, so that the server can refuse any other field by name.
package protocol RequestBody: Codable, Sendable, Equatable {
    associatedtype CodingKeys: CodingKey & CaseIterable & RawRepresentable<String>
}

extension RequestBody {
    /// Every field the body may have, as spelled in JSON.
    package static var fieldNames: [String] { CodingKeys.allCases.map(\.rawValue) }
}
