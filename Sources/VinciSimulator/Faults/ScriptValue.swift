import Foundation
import VinciAPI
import Yams

/// One value of a script that knows its line and its path, so that every complaint can name them.
struct ScriptValue {
    let node: Node
    let path: String

    func problem(_ rule: String) -> ScriptProblem { ScriptProblem(line: node.mark?.line, path: path, rule: rule) }

    func mapping() throws(ScriptProblem) -> ScriptMapping { try ScriptMapping(self) }

    func elements() throws(ScriptProblem) -> [ScriptValue] {
        guard let sequence = node.sequence else { throw problem("must be a list") }
        return sequence.enumerated().map { ScriptValue(node: $1, path: "\(path)[\($0)]") }
    }

    func text() throws(ScriptProblem) -> String {
        guard let scalar = node.scalar, !scalar.string.isEmpty else {
            throw problem("must be a text that is not empty")
        }
        return scalar.string
    }

    /// Text that may stand in a header: printable ASCII.
    func headerText() throws(ScriptProblem) -> String {
        let text = try text()
        guard text.utf8.allSatisfy({ (32...126).contains($0) }) else { throw problem("must be printable ASCII") }
        return text
    }

    func whole(_ range: ClosedRange<Int>) throws(ScriptProblem) -> Int {
        guard let scalar = node.scalar, let number = Int(scalar.string), range.contains(number) else {
            throw problem("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func probability() throws(ScriptProblem) -> Double {
        guard let scalar = node.scalar, let number = Double(scalar.string), (0...1).contains(number) else {
            throw problem("must be a number from 0 to 1")
        }
        return number
    }

    func dollars() throws(ScriptProblem) -> USD {
        guard let amount = USD(try text()), amount >= .zero else {
            throw problem("must be dollars with at most six decimals, 0…1000000")
        }
        return amount
    }

    /// Seconds with at most three decimals, 0.1…60.
    func videoLength() throws(ScriptProblem) -> VideoLength {
        guard let seconds = USD(try text()), seconds.micros % 1000 == 0, seconds >= .cents(10), seconds <= .dollars(60)
        else { throw problem("must be seconds from 0.1 to 60 with at most three decimals") }
        return VideoLength(milliseconds: Int(seconds.micros / 1000))
    }

    /// - Returns: `value` for `true`; anything else is refused, since leaving the key out already says false.
    func isTrue<Value>(_ value: Value) throws(ScriptProblem) -> Value {
        guard node.scalar?.string == "true" else { throw problem("must be true, or left out") }
        return value
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        of type: Choice.Type
    ) throws(ScriptProblem) -> Choice where Choice.RawValue == String {
        guard let scalar = node.scalar, let choice = Choice(rawValue: scalar.string) else {
            throw problem("must be one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    /// `250ms`, `2s`, `5m` or `1h`, more than nothing and at most a day.
    func duration() throws(ScriptProblem) -> Duration {
        let text = try text()
        let count = Int(text.prefix { $0.isASCII && $0.isNumber }) ?? 0
        let milliseconds: [Substring: Int] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
        guard let unit = milliseconds[text.drop { $0.isASCII && $0.isNumber }],
            (1...86_400_000 / unit).contains(count)
        else { throw problem("must be a duration like 250ms, 2s, 5m or 1h, at most 24h") }
        return .milliseconds(count * unit)
    }

    func fields() throws(ScriptProblem) -> [String: JSONValue] {
        guard case .object(let fields) = try json() else { throw problem("must be a mapping") }
        return fields
    }

    /// Any value as JSON: quoted scalars are strings, plain ones what YAML takes them for.
    func json() throws(ScriptProblem) -> JSONValue {
        switch node {
        case .mapping:
            var fields: [String: JSONValue] = [:]
            for (name, value) in try mapping().values { fields[name] = try value.json() }
            return .object(fields)
        case .sequence:
            return .array(try elements().map { element throws(ScriptProblem) in try element.json() })
        case .scalar(let scalar):
            let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
            return isQuoted ? .string(scalar.string) : plain(scalar.string)
        case .alias:
            throw problem("must be written out: aliases are not read")
        }
    }

    private func plain(_ text: String) -> JSONValue {
        switch text {
        case "null", "~", "": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            let isNumber = text.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil
            return isNumber ? Decimal(string: text).map(JSONValue.number) ?? .string(text) : .string(text)
        }
    }
}
