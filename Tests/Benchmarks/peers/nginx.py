"""nginx: `map` for the tokens, `limit_req` for their rate, `proxy_cache` for the polls."""

import os
import pathlib

from servers import READS_PER_MINUTE, Server, free_port


class Nginx(Server):
    version = ["nginx", "-v"]
    caches = True

    def __init__(self, folder, simulator, key, tokens):
        port = free_port()
        user = "user root;" if os.geteuid() == 0 else ""
        clients = "\n".join(f'        "Bearer {token}" client{number};' for number, token in enumerate(tokens))
        forward = f"""proxy_pass http://vinci; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_set_header Authorization "Bearer {key}";"""
        config = pathlib.Path(folder) / "nginx.conf"
        config.write_text(f"""
{user} worker_processes auto; pid nginx.pid; error_log stderr warn; daemon off;
events {{ worker_connections 4096; }}
http {{
    access_log off; keepalive_requests 1000000000;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    proxy_cache_path cache levels=1:2 keys_zone=polls:10m max_size=1g use_temp_path=off;
    open_file_cache max=1000 inactive=60s;
    map_hash_bucket_size 256;
    map $http_authorization $client {{
        default "";
{clients}
    }}
    limit_req_zone $client zone=clients:10m rate={READS_PER_MINUTE}r/m;
    limit_req_status 429;
    upstream vinci {{ server 127.0.0.1:{simulator.port}; keepalive 128; keepalive_requests 1000000000; }}
    server {{
        listen 127.0.0.1:{port};
        if ($client = "") {{ return 401; }}
        limit_req zone=clients burst={READS_PER_MINUTE} nodelay;
        location /api/ {{
            {forward}
        }}
        location /api/v1/status/ {{
            {forward}
            proxy_cache polls; proxy_cache_valid 200 1s; proxy_cache_lock on;
            proxy_cache_use_stale updating; proxy_cache_background_update on;
            proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
        }}
    }}
}}
""")
        super().__init__(folder, "nginx", ["nginx", "-e", "stderr", "-p", f"{folder}/", "-c", str(config)], port)
