import Foundation

/// The body of a 2xx reply.
struct AdminReply {
    var body: Data

    /// - Throws: ``CommandFailure`` when a gateway of another version says something else.
    func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch {
            throw CommandFailure(
                message: "The gateway's reply is not what this version of the program knows; --json prints it as it is."
            )
        }
    }
}
