"""Envoy: `api_key_auth` for the tokens, `local_ratelimit` with a bucket for each; its cache is not for production."""

import json
import pathlib

from servers import READS_PER_MINUTE, Server, free_port

TYPE = "type.googleapis.com/envoy.extensions"
CLIENT = "x-client"


def address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def extension(name, kind, **settings):
    return {"name": name, "typed_config": {"@type": f"{TYPE}.{kind}", **settings}}


def bucket(size):
    return {"max_tokens": size, "tokens_per_fill": size, "fill_interval": "60s"}


class Envoy(Server):
    version = ["envoy", "--version"]
    caches = False

    def __init__(self, folder, simulator, key, tokens):
        port = free_port()
        clients = [f"client{number}" for number in range(len(tokens))]
        authentication = extension(
            "envoy.filters.http.api_key_auth", "filters.http.api_key_auth.v3.ApiKeyAuth",
            credentials=[{"key": token, "client": client} for token, client in zip(tokens, clients)],
            key_sources=[{"header": "Authorization"}], forwarding={"header": CLIENT, "hide_credentials": True})
        pace = extension(
            "envoy.filters.http.local_ratelimit", "filters.http.local_ratelimit.v3.LocalRateLimit",
            stat_prefix="pace", token_bucket=bucket(1_000_000_000),
            filter_enabled={"default_value": {"numerator": 100}}, filter_enforced={"default_value": {"numerator": 100}},
            rate_limits=[{"actions": [{"request_headers": {"header_name": CLIENT, "descriptor_key": "client"}}]}],
            descriptors=[
                {"entries": [{"key": "client", "value": client}], "token_bucket": bucket(READS_PER_MINUTE)}
                for client in clients])
        routes = {"name": "vinci", "virtual_hosts": [{"name": "vinci", "domains": ["*"], "routes": [{
            "match": {"prefix": "/api/"}, "route": {"cluster": "vinci"},
            "request_headers_to_remove": [CLIENT],
            "request_headers_to_add": [{
                "header": {"key": "Authorization", "value": f"Bearer {key}"},
                "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}]}]}]}
        manager = extension(
            "envoy.filters.network.http_connection_manager",
            "filters.network.http_connection_manager.v3.HttpConnectionManager",
            stat_prefix="public", codec_type="HTTP1", generate_request_id=False, route_config=routes,
            http_filters=[
                authentication, pace, extension("envoy.filters.http.router", "filters.http.router.v3.Router")])
        config = pathlib.Path(folder) / "envoy.json"
        config.write_text(json.dumps({"static_resources": {
            "listeners": [{
                "name": "public", "address": address(port), "filter_chains": [{"filters": [manager]}]}],
            "clusters": [{
                "name": "vinci", "type": "STATIC", "connect_timeout": "5s",
                "load_assignment": {"cluster_name": "vinci", "endpoints": [
                    {"lb_endpoints": [{"endpoint": {"address": address(simulator.port)}}]}]}}]}}))
        command = ["envoy", "-c", str(config), "--log-level", "error", "--use-dynamic-base-id"]
        super().__init__(folder, "envoy", command, port)
