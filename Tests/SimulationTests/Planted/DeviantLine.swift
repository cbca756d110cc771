import VinciAPI

/// A line to Vinci with a client behind it that does some things in its own way.
struct DeviantLine: VinciUpstream {
    typealias Submit = @Sendable (any VinciUpstream, VideoRequest, SendTerms) async -> Reading<SubmitOutcome>
    typealias Status = @Sendable (Reading<QueryOutcome<StatusReply>>) -> Reading<QueryOutcome<StatusReply>>

    let line: any VinciUpstream
    var onSubmit: Submit = { line, request, terms in await line.submit(request, terms) }
    /// What it makes of a status reply.
    var onStatus: Status = { $0 }

    func submit(_ request: VideoRequest, _ terms: SendTerms) async -> Reading<SubmitOutcome> {
        await onSubmit(line, request, terms)
    }

    func status(of requestID: String) async -> Reading<QueryOutcome<StatusReply>> {
        onStatus(await line.status(of: requestID))
    }

    func balance() async -> Reading<QueryOutcome<BalanceReply>> { await line.balance() }
    func usage(days: Int) async -> Reading<QueryOutcome<UsageReply>> { await line.usage(days: days) }
    func keys() async -> Reading<QueryOutcome<KeyListReply>> { await line.keys() }
    func createKey(_ request: NewKeyRequest) async -> Reading<QueryOutcome<NewKeyReply>> {
        await line.createKey(request)
    }
    func revokeKey(_ keyID: String) async -> Reading<QueryOutcome<KeyRevokedReply>> { await line.revokeKey(keyID) }
}
