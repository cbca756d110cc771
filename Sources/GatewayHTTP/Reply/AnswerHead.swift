import HTTPTypes
import NIOHTTP1

/// The fields of an answer's head, as the routes and as the event loop have them: what is said about an answer is written
/// once for both.
protocol AnswerHead {
    /// For a field that is not there yet.
    mutating func add(_ name: HTTPField.Name, _ value: String)
}

extension HTTPFields: AnswerHead {
    mutating func add(_ name: HTTPField.Name, _ value: String) { append(HTTPField(name: name, value: value)) }
}

extension HTTPHeaders: AnswerHead {
    mutating func add(_ name: HTTPField.Name, _ value: String) { add(name: name.rawName, value: value) }
}
