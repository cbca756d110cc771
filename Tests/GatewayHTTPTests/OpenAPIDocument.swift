import Foundation
import VinciAPI

/// The parts of an OpenAPI document that the tests compare with the program.
struct OpenAPIDocument {
    struct Call {
        /// `GET /api/v1/status/{}`
        let name: String
        let id: String
        /// Scopes, any one of which is enough; nil: no token is asked for.
        let scopes: Set<String>?
        /// Component names by status: `"402": "BudgetExceeded"`. Replies that are no problems are left out.
        let problems: [String: String]
    }

    let root: JSONValue

    init(_ bytes: some Sequence<UInt8>) throws {
        root = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    }

    var calls: [Call] {
        root["paths"].members.flatMap { path, methods in
            methods.members.map { method, operation in
                Call(
                    name: OpenAPIDocument.name(method, path), id: operation["operationId"].text ?? "",
                    scopes: scopes(operation["security"]), problems: problems(operation["responses"]))
            }
        }
    }

    /// Everything that `$ref` names.
    var references: Set<String> { OpenAPIDocument.references(in: root) }

    /// - reference: `#/components/schemas/Job`
    func hasTarget(_ reference: String) -> Bool {
        guard reference.hasPrefix("#/") else { return false }
        return reference.dropFirst(2).split(separator: "/").reduce(root) { $0[String($1)] } != .null
    }

    /// Parameters have no names here: servers and documents may call them differently.
    static func name(_ method: String, _ path: String) -> String {
        let segments = path.split(separator: "/").map { $0.hasPrefix("{") || $0.hasPrefix(":") ? "{}" : String($0) }
        return "\(method.uppercased()) /" + segments.joined(separator: "/")
    }

    private func scopes(_ security: JSONValue) -> Set<String>? {
        guard !security.elements.isEmpty else { return nil }
        return Set(security.elements.flatMap { $0["token"].elements.compactMap(\.text) })
    }

    private func problems(_ responses: JSONValue) -> [String: String] {
        responses.members.compactMapValues { $0["$ref"].text?.split(separator: "/").last.map(String.init) }
    }

    private static func references(in value: JSONValue) -> Set<String> {
        let own = value["$ref"].text.map { Set([$0]) } ?? []
        return (Array(value.members.values) + value.elements).reduce(own) { $0.union(references(in: $1)) }
    }
}

extension JSONValue {
    /// Null when there is no such member.
    subscript(_ name: String) -> JSONValue { members[name] ?? .null }

    var members: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }

    var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
