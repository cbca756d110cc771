"""HAProxy: a map file for the tokens, a stick table for their rate, its small cache for the polls."""

import pathlib
import shutil

from servers import READS_PER_MINUTE, Server, free_port


def program():
    """HAProxy with the libraries beside it: Debian's packages may be unpacked only, not installed."""
    found = shutil.which("haproxy")
    folders = pathlib.Path(found).resolve().parents[1].glob("lib/*-linux-gnu") if found else []
    return ["env", f"LD_LIBRARY_PATH={':'.join(map(str, folders))}", "haproxy"]


class HAProxy(Server):
    version = [*program(), "-v"]
    caches = True

    def __init__(self, folder, simulator, key, tokens):
        port = free_port()
        clients = pathlib.Path(folder) / "clients.map"
        clients.write_text("".join(f"{token} client{number}\n" for number, token in enumerate(tokens)))
        config = pathlib.Path(folder) / "haproxy.cfg"
        # Its cache leaves requests with an Authorization header alone: the client's is taken off before, and Vinci's
        # put on after it was asked.
        config.write_text(f"""
global
    maxconn 4096
    log stderr format raw local0 err
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout http-keep-alive 60s
    option http-keep-alive
    http-reuse always
cache polls
    total-max-size 4
    max-object-size 10000
    max-age 1
frontend public
    bind 127.0.0.1:{port}
    stick-table type string len 32 size 10k expire 2m store http_req_rate(1m)
    http-request set-var(txn.client) http_auth_bearer,map_str({clients})
    http-request deny deny_status 401 unless {{ var(txn.client) -m found }}
    http-request track-sc0 var(txn.client)
    http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt {READS_PER_MINUTE} }}
    http-request del-header Authorization
    default_backend vinci
backend vinci
    acl is_poll path_beg /api/v1/status/
    http-request set-var(txn.poll) bool(true) if is_poll
    http-request cache-use polls if is_poll
    http-request set-header Authorization "Bearer {key}"
    http-response set-header Cache-Control "public, max-age=1" if {{ var(txn.poll) -m bool }}
    http-response cache-store polls if {{ var(txn.poll) -m bool }}
    server vinci 127.0.0.1:{simulator.port} maxconn 512
""")
        super().__init__(folder, "haproxy", [*program(), "-db", "-f", str(config)], port)
