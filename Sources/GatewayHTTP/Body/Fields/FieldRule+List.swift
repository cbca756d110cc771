import VinciAPI

extension FieldRule {
    /// A JSON array, or text with commas between the elements; each element under one rule.
    package static func list<Element: Sendable>(
        of element: FieldRule<Element>, count: ClosedRange<Int>
    ) -> FieldRule where Value == [Element] {
        FieldRule("must be a list of \(count.wording) elements, each of which \(element.rule)") { given in
            guard let elements = given.elements else { return .wrongType }
            guard count.contains(elements.count) else { return .broken }
            var values: [Element] = []
            for given in elements {
                guard case .value(let value) = element.read(given) else { return .broken }
                values.append(value)
            }
            return .value(values)
        }
    }
}

extension FieldValue {
    fileprivate var elements: [FieldValue]? {
        switch self {
        case .json(.array(let values)): values.map(FieldValue.json)
        case .json: nil
        case .text(""): []
        case .text(let text): text.split(separator: ",", omittingEmptySubsequences: false).map { .text(String($0)) }
        }
    }
}
