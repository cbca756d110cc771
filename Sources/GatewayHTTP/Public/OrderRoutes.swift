import GatewayCore
import GatewayFlow
import HTTPTypes
import Hummingbird
import VinciAPI

/// `POST /api/v1/generate/…`
struct OrderRoutes: Sendable {
    let calls: PublicCalls
    let submit: SubmitVideo
    let spool: SpoolDirectory

    func add(to router: Router<GatewayRequestContext>) {
        router.post(RouterPath("/api" + VinciPath.textToVideo)) { request, context in
            await calls.answer(request, context, as: .orderText) { paced, source in
                try await orderText(paced, request, context, source)
            }
        }
        router.post(RouterPath("/api" + VinciPath.imageToVideo)) { request, context in
            await calls.answer(request, context, as: .orderImage) { paced, source in
                try await orderImage(paced, request, context, source)
            }
        }
    }

    private func orderText(
        _ paced: Paced, _ request: Request, _ context: GatewayRequestContext, _ source: CallSource
    ) async throws -> Response {
        let options = try OrderOptions(request)
        var fields = try await FieldReader(json: request, context)
        let order = try TextToVideoRequest(&fields)
        try fields.end()
        return try await render(submit(paced, .text(order), options, from: source))
    }

    private func orderImage(
        _ paced: Paced, _ request: Request, _ context: GatewayRequestContext, _ source: CallSource
    ) async throws -> Response {
        let options = try OrderOptions(request)
        let form = try await UploadForm.read(request, context, shape: .imageToVideo, spool: spool)
        let order: ImageToVideoRequest
        do {
            var fields = form.fields
            order = try ImageToVideoRequest(&fields, image: form.image)
            try fields.end()
        } catch {
            await form.file.remove()
            throw error
        }
        // The order owns the file from here: it may outlive this request.
        let end = await submit(paced, .image(order), options, from: source) { await form.file.remove() }
        return try render(end)
    }

    private func render(_ end: OrderEnd) throws -> Response {
        switch end.answer {
        case .success(let body):
            var response = JSONReply.text(body)
            response.headers[.gatewayJobID] = end.job?.text
            if end.isReplay { response.headers[.idempotencyReplayed] = "true" }
            return response
        case .failure(let refusal):
            var fault = AnswerFault(refusal)
            fault.isReplay = end.isReplay
            fault.problem.jobID = fault.problem.jobID ?? end.job?.text
            throw fault
        }
    }
}

extension FormShape {
    fileprivate static let imageToVideo = FormShape(
        file: "image", texts: ["prompt", "duration_seconds"], fileBytesMax: VinciLimits.imageBytesMax)
}

extension TextToVideoRequest {
    /// The documented fields under the documented rules; the caller ends the reader.
    init(_ fields: inout FieldReader) throws(InvalidField) {
        self.init(
            prompt: try fields.required("prompt", .text(characters: VinciLimits.promptCharacters)),
            durationSeconds: try fields.optional("duration_seconds", .wholeNumber(in: VinciLimits.durationSeconds))
                ?? VinciLimits.durationSecondsDefault,
            aspectRatio: try fields.optional("aspect_ratio", .choice(AspectRatio.self)) ?? .landscape,
            seed: try fields.optional("seed", .wholeNumber(in: VinciLimits.seedRandom...Int.max))
                ?? VinciLimits.seedRandom)
    }
}

extension ImageToVideoRequest {
    fileprivate init(_ fields: inout FieldReader, image: ImageFile) throws(InvalidField) {
        self.init(
            image: image,
            prompt: try fields.required("prompt", .text(characters: VinciLimits.promptCharacters)),
            durationSeconds: try fields.optional("duration_seconds", .wholeNumber(in: VinciLimits.durationSeconds))
                ?? VinciLimits.durationSecondsDefault)
    }
}

extension OrderOptions {
    fileprivate init(_ request: Request) throws(InvalidField) {
        let keys = request.headers[values: .idempotencyKey]
        guard keys.count <= 1 else { throw InvalidField("Idempotency-Key", "must be given once") }
        if let key = keys.first {
            let isVisible = key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            guard (1...255).contains(key.utf8.count), isVisible else {
                throw InvalidField("Idempotency-Key", "must be 1 to 255 visible ASCII characters")
            }
        }
        let allows = request.headers[.allowDuplicate]
        guard allows == nil || allows == "true" || allows == "false" else {
            throw InvalidField("X-Allow-Duplicate", "must be true or false")
        }
        self.init(idempotencyKey: keys.first, allowsDuplicate: allows == "true")
    }
}
