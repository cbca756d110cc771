import AdminAPI
import GatewayStore
import Hummingbird
import NIOCore
import VinciAPI

/// Usage as comma-separated values (RFC 4180).
enum CSVReply {
    static func of(_ rows: [UsageRowReply], by grouping: UsageGrouping) -> Response {
        var text = "\(grouping.rawValue),orders,completed,failed,unknown,seconds,held_usd,captured_usd\r\n"
        for row in rows {
            // Groups are ids, kinds and dates, whose grammars know no comma, quote or formula.
            let group = row.team ?? row.token ?? row.kind?.rawValue ?? row.day ?? ""
            let counts = "\(row.orders),\(row.completed),\(row.failed),\(row.unknown)"
            text += "\(group),\(counts),\(row.seconds),\(row.heldUSD),\(row.capturedUSD)\r\n"
        }
        return Response(
            status: .ok, headers: [.contentType: "text/csv; charset=utf-8", .cacheControl: "private, no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
