"""Traefik: a router's rule for the tokens, `rateLimit` by their header; no cache, and a stranger is told 404."""

import json
import pathlib

from servers import READS_PER_MINUTE, Server, free_port


class Traefik(Server):
    version = ["traefik", "version"]
    caches = False

    def __init__(self, folder, simulator, key, tokens):
        port = free_port()
        clients = " || ".join(f"Header(`Authorization`, `Bearer {token}`)" for token in tokens)
        routes = {"http": {
            "routers": {"clients": {
                "entryPoints": ["public"], "rule": f"PathPrefix(`/api/`) && ({clients})",
                "middlewares": ["pace", "key"], "service": "vinci"}},
            "middlewares": {
                "pace": {"rateLimit": {
                    "average": READS_PER_MINUTE, "period": "1m", "burst": READS_PER_MINUTE,
                    "sourceCriterion": {"requestHeaderName": "Authorization"}}},
                "key": {"headers": {"customRequestHeaders": {"Authorization": f"Bearer {key}"}}}},
            "services": {"vinci": {"loadBalancer": {
                "servers": [{"url": f"http://127.0.0.1:{simulator.port}"}], "serversTransport": "vinci"}}},
            "serversTransports": {"vinci": {"maxIdleConnsPerHost": 128}}}}
        dynamic = pathlib.Path(folder) / "routes.yaml"
        dynamic.write_text(json.dumps(routes))
        # JSON is YAML too.
        config = pathlib.Path(folder) / "traefik.yaml"
        config.write_text(json.dumps({
            "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
            "entryPoints": {"public": {"address": f"127.0.0.1:{port}"}},
            "providers": {"file": {"filename": str(dynamic), "watch": False}}, "log": {"level": "ERROR"}}))
        super().__init__(folder, "traefik", ["traefik", f"--configFile={config}"], port)
