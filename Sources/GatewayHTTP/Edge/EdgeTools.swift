package import GatewayCore

/// What every connection of one listener shares.
package struct EdgeTools: Sendable {
    package let limits: EdgeLimits
    package let connections: ConnectionLimit
    let makeRequestID: @Sendable () -> CallID
    let observe: EdgeObserver
    let dates: DateLine

    /// - now: the wall clock, for `Date` headers only.
    package init(
        limits: EdgeLimits, makeRequestID: @escaping @Sendable () -> CallID = CallID.random,
        now: @escaping @Sendable () -> Timestamp, observe: @escaping EdgeObserver = { _ in }
    ) {
        self.limits = limits
        self.makeRequestID = makeRequestID
        self.observe = observe
        connections = ConnectionLimit(
            connectionsMax: limits.connectionsMax, connectionsPerClientMax: limits.connectionsPerClientMax)
        dates = DateLine(now: now)
    }

    /// Renders a refusal and tells the observer about it.
    func answer(_ refusal: EdgeRefusal, requestID: CallID, client: ClientAddress) -> EdgeAnswer {
        let problem = refusal.problem(limits)
        observe(
            EdgeNote(
                requestID: requestID, client: client, code: problem.code, status: problem.status, detail: problem.detail
            ))
        return EdgeAnswer(problem, requestID: requestID, date: dates.text)
    }
}
