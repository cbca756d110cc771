/// What each family says.
enum MetricHelp {
    static let texts = [
        "vinci_gateway_http_requests_total": "Answers by route pattern and status.",
        "vinci_gateway_http_request_seconds": "From the end of a request's head to its answer.",
        "vinci_gateway_jobs_total": "Orders that reached an outcome.",
        "vinci_gateway_jobs_open": "Jobs that have not ended.",
        "vinci_gateway_spend_usd_total": "Captured true costs, approximate; the ledger is exact.",
        "vinci_gateway_budget_usd": "Limit, captured and held of each budget in its running period.",
        "vinci_gateway_refusals_total": "Requests that were refused, by problem code.",
        "vinci_gateway_upstream_requests_total": "Calls to Vinci by key and status.",
        "vinci_gateway_upstream_key_remaining": "Free places in a key's running minute.",
        "vinci_gateway_status_cache_total": "Status answers by where they came from.",
        "vinci_gateway_event_streams": "Open streams of job events.",
        "vinci_gateway_video_cache_total":
            "Requests for videos: kept already, on their way, fetched for them, or not to be had.",
        "vinci_gateway_video_cache_bytes": "Size of the kept videos, with the room of those on their way.",
        "vinci_gateway_webhook_deliveries_total":
            "Attempts to deliver webhooks: delivered, retried, given_up, disabled (410) or dropped.",
        "vinci_gateway_store_commit_seconds": "Durable commits of the store.",
        "vinci_gateway_event_loop_lag_seconds": "How late a timer on an event loop fired last.",
    ]
}
