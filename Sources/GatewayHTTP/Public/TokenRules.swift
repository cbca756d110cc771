import GatewayCore

/// What a new token gets when nobody says otherwise.
package struct TokenDefaults: Sendable, Equatable {
    package var requestsPerMinute: Int
    package var readsPerMinute: Int

    package init(requestsPerMinute: Int, readsPerMinute: Int) {
        self.requestsPerMinute = requestsPerMinute
        self.readsPerMinute = readsPerMinute
    }
}

extension FieldRule where Value == Set<Scope> {
    static var scopes: FieldRule {
        FieldRule<[Scope]>.list(of: .choice(Scope.self), count: 1...Scope.allCases.count)
            .converted("must be a list of scopes: \(Scope.allCases.map(\.rawValue).joined(separator: ", "))") {
                Set($0)
            }
    }
}

extension FieldRule where Value == Set<Origin> {
    static var origins: FieldRule {
        let origin = FieldRule<String>.text(characters: 1...300)
            .converted("must be an origin such as \"https://app.example\"") { Origin($0) }
        return FieldRule<[Origin]>.list(of: origin, count: 0...50)
            .converted("must be a list of at most 50 origins such as \"https://app.example\"") { Set($0) }
    }
}
