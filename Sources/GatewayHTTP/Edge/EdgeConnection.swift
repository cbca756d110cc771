import HummingbirdCore
package import NIOCore
import NIOHTTPTypes

/// One accepted connection, as the server's loop gets it.
package struct EdgeConnection: ServerChildChannelValue {
    package let channel: any Channel
    let client: ClientAddress
    let presence: ClientPresence
    /// Nil for a connection that was turned away.
    let requests: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>?
}
