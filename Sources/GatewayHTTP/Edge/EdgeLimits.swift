/// What one listener takes from clients, in bytes, fields, connections and time.
package struct EdgeLimits: Sendable, Equatable {
    /// Method and target, one header name or one header value; bytes.
    package var lineBytesMax = 8 * 1024
    /// Target, header names and values together; bytes.
    package var headBytesMax = 16 * 1024
    /// Header fields of one request, its trailers included.
    package var headFieldsMax = 64

    /// From the first byte of a request (or from accepting the connection) to the end of its head.
    package var headTime: Duration = .seconds(10)
    /// Every body may take this long; one that takes longer must have come at ``bodyBytesPerSecondMin`` on average.
    /// Time in which the gateway itself was not reading is not counted.
    package var bodyTime: Duration = .seconds(30)
    package var bodyBytesPerSecondMin = 10 * 1024
    /// Between an answer and the next request.
    package var idleTime: Duration = .seconds(60)
    /// A client that takes no byte of an answer for this long is cut off.
    package var stalledWriteTime: Duration = .seconds(30)

    /// How much of an unread body is taken, and for how long, before a connection that is done is closed.
    package var drainBytesMax = 64 * 1024
    package var drainTime: Duration = .seconds(2)

    package var connectionsMax = 10_000
    package var connectionsPerClientMax = 100

    package init() {}
}
