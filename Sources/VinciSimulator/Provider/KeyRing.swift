/// All keys ever made, found by their text for authentication and by their id for everything else.
struct KeyRing: Sendable {
    /// Keys of one account, revoked ones included.
    static let keysPerAccountMax = 1_000

    private var byText: [String: APIKey] = [:]
    private var textByID: [String: String] = [:]
    /// In the order of their making.
    private var idsByAccount: [String: [String]] = [:]

    /// False, and nothing added, when the text or the id is taken.
    mutating func add(_ key: APIKey) -> Bool {
        guard byText[key.text] == nil, textByID[key.id] == nil else { return false }
        byText[key.text] = key
        textByID[key.id] = key.text
        idsByAccount[key.accountID, default: []].append(key.id)
        return true
    }

    func keys(of accountID: String) -> [APIKey] {
        (idsByAccount[accountID] ?? []).compactMap { id in textByID[id].flatMap { byText[$0] } }
    }

    func count(of accountID: String) -> Int { idsByAccount[accountID]?.count ?? 0 }

    /// Recognises a key and takes a place in its rate window.
    mutating func admit(_ text: String?, at now: Moment) -> Admission {
        guard let text, var key = byText[text], key.isActive else { return .unknown }
        let (isAdmitted, reading) = key.window.admit(at: now)
        key.lastUsed = now
        byText[text] = key
        let visitor = Visitor(keyID: key.id, accountID: key.accountID, rate: reading)
        return isAdmitted ? .admitted(visitor) : .overLimit(visitor)
    }

    /// False when the account has no active key of that id.
    mutating func revoke(_ id: String, of accountID: String) -> Bool {
        guard let text = textByID[id], let key = byText[text], key.accountID == accountID, key.isActive else {
            return false
        }
        byText[text]?.isActive = false
        return true
    }
}

enum Admission: Sendable, Equatable {
    case unknown
    case overLimit(Visitor)
    case admitted(Visitor)
}
