package import Hummingbird

extension FieldReader {
    /// The parameters of a request's query.
    /// - Throws: `.invalidField` for a malformed query or a repeated parameter.
    package init(query request: Request) throws(BodyRefusal) {
        do {
            self.init(texts: try QueryText.parameters(request.uri.query))
        } catch {
            throw .invalidField(error)
        }
    }

    /// The fields of a JSON body.
    package init(json request: Request, _ context: GatewayRequestContext) async throws(BodyRefusal) {
        self.init(try StrictJSON.object(try await TextBody.read(request, context, mediaType: .json)))
    }
}
