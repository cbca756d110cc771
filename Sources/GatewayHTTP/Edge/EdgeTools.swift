package import GatewayCore

/// What a port answers on the event loop.
package struct EdgeHotPath: Sendable {
    let path: any HotPath

    init(_ path: any HotPath) { self.path = path }
}

/// What every connection of one listener shares.
package struct EdgeTools: Sendable {
    package let limits: EdgeLimits
    package let connections: ConnectionLimit
    let observe: EdgeObserver
    let hotPath: EdgeHotPath?
    let answersOnLoop: Bool
    let stocks: LoopStocks

    /// - name: names requests; nil: by chance.
    /// - now: the wall clock, for `Date` headers only.
    /// - hotPath: nil: everything is for the routes.
    /// - answersOnLoop: calls are worked on where their connection is, which spares every step the way to another thread;
    ///   only for calls that do not compute for long.
    package init(
        limits: EdgeLimits, name: (@Sendable () -> CallID)? = nil, now: @escaping @Sendable () -> Timestamp,
        hotPath: EdgeHotPath? = nil, answersOnLoop: Bool = false, observe: @escaping EdgeObserver = { _ in }
    ) {
        self.hotPath = hotPath
        self.answersOnLoop = answersOnLoop
        self.limits = limits
        self.observe = observe
        stocks = LoopStocks(name: name, now: now)
        connections = ConnectionLimit(
            connectionsMax: limits.connectionsMax, connectionsPerClientMax: limits.connectionsPerClientMax)
    }

    /// Renders a refusal and tells the observer about it.
    func answer(_ refusal: EdgeRefusal, requestID: CallID, client: ClientAddress, date: String) -> EdgeAnswer {
        let problem = refusal.problem(limits)
        observe(
            EdgeNote(
                requestID: requestID, client: client, code: problem.code, status: problem.status, detail: problem.detail
            ))
        return EdgeAnswer(problem, requestID: requestID, date: date)
    }
}
