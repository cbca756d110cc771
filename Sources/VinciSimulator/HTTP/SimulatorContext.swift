import Hummingbird
import NIOCore

/// A request's context that can close its connection, which some faults do.
struct SimulatorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The `{id}` of the route's path.
    var id: String { parameters.get("id") ?? "" }

    /// Closes without a byte; the server then fails to write the reply, and lets the connection go.
    func dropConnection() async throws -> Response {
        try? await channel.close()
        throw ConnectionDropped()
    }
}
