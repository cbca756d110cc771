import Foundation
import Logging
import VinciAPI

extension ConfigurationKey {
    /// Every key, in the order of `config/gateway.yaml`.
    package static let all: [ConfigurationKey] =
        ports + upstream + storeAndMoney + limits + jobs + videosAndWebhooks + records

    private static let ports = [
        ConfigurationKey("public.host", \.publicPort.host, .host, "Address on which clients are served."),
        ConfigurationKey(
            "public.port", \.publicPort.port, .whole(0...65535), "Port on which clients are served; 0 takes a free one."
        ),
        ConfigurationKey(
            "public.base_url", \.publicPort.configuredBaseURL, ValueForm.webURL.orNothing,
            "The gateway's address as clients see it; null makes it of host and port."),
        ConfigurationKey("admin.host", \.adminPort.host, .host, "Address of the admin API and the metrics."),
        ConfigurationKey(
            "admin.port", \.adminPort.port, .whole(0...65535), "Port of the admin API; 0 takes a free one."),
    ]

    private static let upstream = [
        ConfigurationKey(
            "upstream.base_url", \.upstream.baseURL, .confidentialURL, "Where Vinci is, without /v1."),
        upstreamKeys,
        ConfigurationKey(
            "upstream.connect_timeout", \.upstream.connectTimeout, .duration(.milliseconds(100)...minutes(1)),
            "Longest wait for a connection to Vinci."),
        ConfigurationKey(
            "upstream.request_timeout", \.upstream.requestTimeout, .duration(.seconds(1)...minutes(10)),
            "Longest wait for Vinci's whole reply; an order without one is of unknown outcome."),
        ConfigurationKey(
            "upstream.on_server_error", \.upstream.onServerError, .choice(GatewayConfiguration.ServerErrorPolicy.self),
            "What a complete 500 from Vinci does to the money of the order: keep it held, or release it and verify later."
        ),
        ConfigurationKey(
            "upstream.account_exclusive", \.upstream.accountExclusive, .boolean,
            "Whether this gateway alone spends from the account: then its total settles unknown orders, and a surplus stops new ones."
        ),
    ]

    private static let storeAndMoney = [
        ConfigurationKey(
            "store.url", \.store.location, .store,
            "The database: a SQLite file, or a PostgreSQL database that several gateways may share."),
        ConfigurationKey(
            "pricing.usd_per_second", \.pricing.usdPerSecond, .usd((Decimal(1) / 1_000_000)...1000),
            "What Vinci charges for one second of video."),
        ConfigurationKey(
            "pricing.hold_margin_percent", \.pricing.holdMarginPercent, .percent(0...1000),
            "Held on top of the estimate, since jobs can cost more than it."),
    ]

    private static let limits = [
        ConfigurationKey(
            "limits.token_requests_per_minute", \.limits.tokenRequestsPerMinute,
            .whole(VinciLimits.keyRequestsPerMinute), "Orders per minute of a token that has no rate_limit of its own."),
        ConfigurationKey(
            "limits.token_reads_per_minute", \.limits.tokenReadsPerMinute, .whole(1...100_000),
            "Status, billing and list calls per minute of a token that has no read_rate_limit of its own."),
        ConfigurationKey(
            "limits.open_jobs_per_team", \.limits.openJobsPerTeam, .whole(1...100_000),
            "Jobs of a team that may be open at once, unless it has an open_jobs_max of its own."),
    ]

    private static let jobs = [
        ConfigurationKey(
            "submit.duplicate_window", \.submit.duplicateWindow, .duration(.zero...minutes(10)),
            "How long after its answer the same order of the same token counts as a retry; 0s turns this off."),
        ConfigurationKey(
            "submit.slot_wait", \.submit.slotWait, .duration(.zero...minutes(1)),
            "Longest wait of an order for a free place in a key's requests per minute."),
        ConfigurationKey(
            "status.poll_min", \.status.pollMin, .duration(.milliseconds(100)...minutes(10)),
            "Shortest time between two polls of one job."),
        ConfigurationKey(
            "status.poll_max", \.status.pollMax, .duration(.milliseconds(100)...minutes(10)),
            "Longest time between two polls of one job, while the key's requests per minute allow."),
        ConfigurationKey(
            "status.max_age", \.status.maxAge, .duration(.zero...minutes(1)),
            "Age up to which a remembered status counts as fresh."),
    ]

    private static let videosAndWebhooks = [
        ConfigurationKey(
            "videos.directory", \.videos.directory, .path,
            "Folder of the finished videos that are kept; each gateway needs one of its own."),
        ConfigurationKey(
            "videos.max_bytes", \.videos.bytesMax, .byteCount((1 << 20)...(1 << 50)),
            "Size up to which that folder keeps videos; the one that was asked for longest ago goes first."),
        ConfigurationKey(
            "videos.allowed_hosts", \.videos.allowedHosts, .hosts,
            "Hosts that videos may be fetched from, over https; a Vinci on this machine needs no entry."),
        ConfigurationKey(
            "videos.rewrite_urls", \.videos.rewriteURLs, .boolean,
            "Whether clients are told a signed link to the gateway's own copy of a video instead of Vinci's address."),
        ConfigurationKey(
            "videos.link_ttl", \.videos.linkLifetime, .duration(minutes(1)...minutes(7 * 24 * 60)),
            "How long a signed link to a video or a job's events is good, unless its token or team ends sooner."),
        ConfigurationKey(
            "webhooks.retry_for", \.webhooks.retryFor, .duration(minutes(1)...minutes(7 * 24 * 60)),
            "How long a message to a webhook is tried again until it is given up."),
        ConfigurationKey(
            "webhooks.allowed_hosts", \.webhooks.allowedHosts, .hosts,
            "Hosts that webhooks may lead to; an empty list allows any public https host."),
    ]

    private static let records = [
        ConfigurationKey(
            "audit.prompts", \.audit.prompts, .boolean,
            "Whether audit records hold prompts in clear, instead of a keyed hash and the length."),
        ConfigurationKey(
            "logging.level", \.logging.level, .choice(Logger.Level.self), "The least severe level logged."),
        ConfigurationKey(
            "logging.format", \.logging.format, .choice(GatewayConfiguration.LogFormat.self),
            "For people (text) or for programs (json)."),
    ]

    private static func minutes(_ count: Int64) -> Duration { .seconds(count * 60) }
}
