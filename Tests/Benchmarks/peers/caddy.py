"""Caddy: a header matcher for the tokens; its standard build has neither rate limits nor a cache."""

import pathlib

from servers import Server, free_port


class Caddy(Server):
    version = ["caddy", "version"]
    caches = False

    def __init__(self, folder, simulator, key, tokens):
        port = free_port()
        clients = "\n".join(f'        header Authorization "Bearer {token}"' for token in tokens)
        config = pathlib.Path(folder) / "Caddyfile"
        config.write_text(f"""
{{
    admin off
    auto_https off
    persist_config off
    log {{
        level ERROR
    }}
}}
http://127.0.0.1:{port} {{
    @client {{
        path /api/*
{clients}
    }}
    handle @client {{
        reverse_proxy 127.0.0.1:{simulator.port} {{
            header_up Authorization "Bearer {key}"
            transport http {{
                keepalive_idle_conns_per_host 128
            }}
        }}
    }}
    respond 401
}}
""")
        home = {"HOME": str(folder)}
        super().__init__(
            folder, "caddy", ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"], port, home)
