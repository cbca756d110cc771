import VinciAPI

extension FaultAction {
    /// Takes the rule's one action, if it has any.
    init?(_ rule: inout ScriptMapping) throws(ScriptProblem) {
        var found: [(name: String, value: ScriptValue, read: Reader)] = []
        for (name, read) in Self.readers {
            if let value = try rule.optional(name) { found.append((name, value, read)) }
        }
        if found.count > 1 {
            throw found[1].value.problem("a rule has one action; it already has \(found[0].name)")
        }
        guard let action = found.first else { return nil }
        self = try action.read(action.value)
    }

    private typealias Reader = @Sendable (ScriptValue) throws(ScriptProblem) -> FaultAction

    private static let readers: [(String, Reader)] = [
        ("refuse", { value throws(ScriptProblem) in .refuse(try CannedReply(value)) }),
        ("answer", { value throws(ScriptProblem) in .answer(try CannedReply(value)) }),
        ("redirect", { value throws(ScriptProblem) in .refuse(try .redirect(value)) }),
        ("drop", { value throws(ScriptProblem) in try value.choice(of: DropPoint.self).action }),
        ("truncate", { value throws(ScriptProblem) in .truncate(afterBytes: try value.whole(0...1_000_000_000)) }),
        ("wrong_json", { value throws(ScriptProblem) in try value.isTrue(.wrongJSON) }),
        ("edit", { value throws(ScriptProblem) in .edit(try ReplyEdit(value)) }),
        ("content_type", { value throws(ScriptProblem) in .contentType(try value.headerText()) }),
        ("huge_body", { value throws(ScriptProblem) in .hugeBody(bytes: try value.whole(1...1_073_741_824)) }),
        ("slow_body", { value throws(ScriptProblem) in .slowBody(bytesPerSecond: try value.whole(1...1_000_000_000)) }),
        ("job", { value throws(ScriptProblem) in .job(try JobFate(value)) }),
    ]
}

private enum DropPoint: String, CaseIterable {
    case beforeAccept = "before-accept"
    case afterAccept = "after-accept"

    var action: FaultAction {
        switch self {
        case .beforeAccept: .dropBeforeAccept
        case .afterAccept: .dropAfterAccept
        }
    }
}

extension CannedReply {
    fileprivate init(_ value: ScriptValue) throws(ScriptProblem) {
        var reply = try value.mapping()
        let status = try reply.required("status").whole(200...599)
        let retryAfter = try reply.optional("retry_after")?.whole(0...86_400)
        let detail = try reply.optional("detail")
        let body = try reply.optional("body")
        let contentType = try reply.optional("content_type")
        try reply.finish()
        switch (detail, body) {
        case (let detail?, nil):
            self.init(status: status, detail: try detail.text(), retryAfterSeconds: retryAfter)
            if let contentType { self.contentType = try contentType.headerText() }
        case (nil, let body?):
            self.init(
                status: status, body: try body.text(),
                contentType: try contentType?.headerText() ?? "application/json", retryAfterSeconds: retryAfter)
        case (nil, nil), (.some, .some):
            throw value.problem("needs either detail or body")
        }
    }

    fileprivate static func redirect(_ value: ScriptValue) throws(ScriptProblem) -> CannedReply {
        var redirect = try value.mapping()
        let location = try redirect.required("location").headerText()
        let status = try redirect.optional("status")?.whole(300...399) ?? 307
        try redirect.finish()
        return .redirect(to: location, status: status)
    }
}

extension ReplyEdit {
    fileprivate init(_ value: ScriptValue) throws(ScriptProblem) {
        var edit = try value.mapping()
        let remove = try edit.optional("remove")
        let set = try edit.optional("set")
        try edit.finish()
        if remove == nil, set == nil { throw value.problem("needs remove or set") }
        self.init(
            remove: try remove?.elements().map { item throws(ScriptProblem) in try item.text() } ?? [],
            set: try set?.fields() ?? [:])
    }
}

extension JobFate {
    fileprivate init(_ value: ScriptValue) throws(ScriptProblem) {
        var fate = try value.mapping()
        self.init()
        neverEnds = try fate.optional("never_ends")?.isTrue(true) ?? false
        error = try fate.optional("error")?.text()
        takes = try fate.optional("takes")?.duration()
        length = try fate.optional("seconds")?.videoLength()
        if let percent = try fate.optional("cost_percent") { cost = .percent(try percent.whole(0...100_000)) }
        if let amount = try fate.optional("cost_usd") {
            guard cost == nil else { throw amount.problem("cost_percent is given already") }
            cost = .exactly(try amount.dollars())
        }
        if let id = try fate.optional("request_id") { identity = .given(try id.text()) }
        if let duplicate = try fate.optional("duplicate_id") {
            guard identity == nil else { throw duplicate.problem("request_id is given already") }
            identity = try duplicate.isTrue(.ofPreviousJob)
        }
        try fate.finish()
        if self == .regular { throw value.problem("says nothing about the job") }
    }
}
