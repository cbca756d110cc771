/// A message with a secret in it, which prints as the name of its type and nothing else.
package protocol CarriesSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension CarriesSecret {
    package var description: String { "\(Self.self)(***)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension NewUpstreamKeyRequest: CarriesSecret {}
extension NewTokenReply: CarriesSecret {}
extension NewAdminTokenReply: CarriesSecret {}
extension NewWebhookReply: CarriesSecret {}
