import VinciAPI

/// A line to Vinci with a client behind it that makes something else of an order's outcome.
struct DeviantLine: VinciUpstream {
    typealias Change = @Sendable (SubmitOutcome, _ again: () async -> SubmitOutcome) async -> SubmitOutcome?

    private let line: any VinciUpstream
    private let change: Change

    /// - change: gets the outcome and a way to send the order again; nil: it stays as it is.
    init(_ line: any VinciUpstream, _ change: @escaping Change) {
        self.line = line
        self.change = change
    }

    func submit(_ request: VideoRequest, _ terms: SendTerms) async -> Reading<SubmitOutcome> {
        let reading = await line.submit(request, terms)
        let changed = await change(reading.outcome) { await line.submit(request, terms).outcome }
        return changed.map { Reading($0) } ?? reading
    }

    func status(of requestID: String) async -> Reading<QueryOutcome<StatusReply>> { await line.status(of: requestID) }
    func balance() async -> Reading<QueryOutcome<BalanceReply>> { await line.balance() }
    func usage(days: Int) async -> Reading<QueryOutcome<UsageReply>> { await line.usage(days: days) }
    func keys() async -> Reading<QueryOutcome<KeyListReply>> { await line.keys() }
    func createKey(_ request: NewKeyRequest) async -> Reading<QueryOutcome<NewKeyReply>> {
        await line.createKey(request)
    }
    func revokeKey(_ keyID: String) async -> Reading<QueryOutcome<KeyRevokedReply>> { await line.revokeKey(keyID) }
}

/// A line on which no order ever seems to be done.
struct DeafLine: VinciUpstream {
    private let line: any VinciUpstream

    init(_ line: any VinciUpstream) { self.line = line }

    func submit(_ request: VideoRequest, _ terms: SendTerms) async -> Reading<SubmitOutcome> {
        await line.submit(request, terms)
    }

    func status(of requestID: String) async -> Reading<QueryOutcome<StatusReply>> {
        let reading = await line.status(of: requestID)
        guard case .reply(let reply) = reading.outcome, reply.status == .completed else { return reading }
        return Reading(.reply(StatusReply(requestID: requestID, status: .processing)))
    }

    func balance() async -> Reading<QueryOutcome<BalanceReply>> { await line.balance() }
    func usage(days: Int) async -> Reading<QueryOutcome<UsageReply>> { await line.usage(days: days) }
    func keys() async -> Reading<QueryOutcome<KeyListReply>> { await line.keys() }
    func createKey(_ request: NewKeyRequest) async -> Reading<QueryOutcome<NewKeyReply>> {
        await line.createKey(request)
    }
    func revokeKey(_ keyID: String) async -> Reading<QueryOutcome<KeyRevokedReply>> { await line.revokeKey(keyID) }
}
