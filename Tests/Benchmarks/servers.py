"""The three programs under load, each with its files in a folder of its own and on free ports."""

import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

START_SECONDS = 30
STOP_SECONDS = 60


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def http(method, url, token=None, body=None):
    """The reply's JSON, or None for an empty one; any status but 2xx raises."""
    request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode())
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if body is not None:
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=300) as response:
        text = response.read()
    return json.loads(text) if text else None


class Server:
    """A child process that answers on a port; stopped by leaving the `with` block."""

    def __init__(self, folder, name, command, port, environment=None):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = pathlib.Path(folder) / f"{name}.log"
        self.started = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=folder, env={"PATH": os.environ["PATH"], **(environment or {})})
        self._wait(name)

    def _wait(self, name):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.01)
        self.stop()
        raise SystemExit(f"{name} did not start:\n{self.log.read_text(errors='replace')}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def peak_mebibytes(self):
        """The most resident memory this process and its children each had, added up."""
        children = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False).stdout.split()
        total = 0
        for process in [str(self.process.pid), *children]:
            for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    total += int(line.split()[1])
        return total / 1024


class Simulator(Server):
    """Vinci. Its keys have no rate limit that a benchmark could meet."""

    def __init__(self, program, folder, keys):
        port = free_port()
        command = [program, "simulate", "--port", str(port), "--requests-per-minute", "10000000"]
        command += ["--balance", "1000000", "--job-seconds", "3600"]
        for key in keys:
            command += ["--key", key]
        super().__init__(folder, "simulator", command, port)


class Gateway(Server):
    """Configured as in production, but for the limits: see README.md."""

    def __init__(self, program, folder, simulator, keys, polls_upstream, database=None, owner=None, tracer=()):
        """On PostgreSQL with the address of a `database`; on a store that has an `owner` already with its token."""
        admin_port = free_port()
        port = free_port()
        owner = owner or secrets.token_hex(24)
        environment = {"VINCI_GATEWAY_BOOTSTRAP_ADMIN_TOKEN": owner}
        lines = []
        for number, key in enumerate(keys):
            environment[f"KEY_{number}"] = key
            lines.append(f"    - {{ id: key{number}, env: KEY_{number}, requests_per_minute: 100 }}")
        pause = "2s" if polls_upstream else "10m"
        config = pathlib.Path(folder) / "gateway.yaml"
        config.write_text("\n".join([
            f"public: {{ host: 127.0.0.1, port: {port} }}", f"admin: {{ host: 127.0.0.1, port: {admin_port} }}",
            "upstream:", f"  base_url: {simulator.url}/api", "  keys:", *lines,
            "limits: { token_requests_per_minute: 100, token_reads_per_minute: 100000, open_jobs_per_team: 100000 }",
            f"status: {{ poll_min: {pause}, poll_max: 10m }}", "logging: { level: warning }",
            f"store: {{ url: '{database}' }}" if database else "", ""]))
        command = [*tracer, program, "serve", "--config", str(config)]
        super().__init__(folder, "gateway", command, port, environment)
        self.admin = f"http://127.0.0.1:{admin_port}/admin/v1"
        self.owner = owner

    def make_tokens(self, count):
        """Tokens of one team with money enough."""
        http("POST", f"{self.admin}/teams", self.owner, {"id": "bench"})
        http("PUT", f"{self.admin}/budgets/team/bench/total", self.owner, {"limit_usd": 1000000})
        return [
            http("POST", f"{self.admin}/teams/bench/tokens", self.owner, {"name": f"bench {number}"})["token"]
            for number in range(count)]

    def wait_until_ready(self):
        """How many seconds after its start it took orders."""
        while True:
            try:
                urllib.request.urlopen(self.admin.removesuffix("/admin/v1") + "/readyz", timeout=1).close()
                return time.monotonic() - self.started
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > self.started + START_SECONDS:
                    raise SystemExit(f"not ready:\n{self.log.read_text(errors='replace')}") from None
                time.sleep(0.005)

    def refusals(self):
        """What it refused, by the problem's code: lines of its metrics."""
        with urllib.request.urlopen(self.admin.removesuffix("/admin/v1") + "/metrics", timeout=10) as response:
            lines = response.read().decode().splitlines()
        return "\n".join(line for line in lines if line.startswith("vinci_gateway_refusals_total"))

    def check_ledger(self):
        """How many seconds it took."""
        start = time.monotonic()
        reply = http("GET", f"{self.admin}/ledger/verify", self.owner)
        if not reply["ok"]:
            raise SystemExit(f"the ledger does not add up: {reply}")
        return time.monotonic() - start


class Nginx(Server):
    """A plain reverse proxy that puts the real key in, or with `caches` one that remembers replies for a second."""

    def __init__(self, folder, simulator, key, caches):
        port = free_port()
        user = "user root;" if os.geteuid() == 0 else ""
        cache = """
    proxy_cache polls; proxy_cache_valid 200 1s; proxy_cache_lock on; proxy_cache_use_stale updating;
    proxy_ignore_headers Cache-Control;""" if caches else ""
        config = pathlib.Path(folder) / "nginx.conf"
        config.write_text(f"""
{user} worker_processes auto; pid nginx.pid; error_log stderr warn; daemon off;
events {{ worker_connections 4096; }}
http {{
    access_log off; keepalive_requests 1000000000;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
    scgi_temp_path scgi; proxy_cache_path cache keys_zone=polls:1m;
    upstream vinci {{ server 127.0.0.1:{simulator.port}; keepalive 128; keepalive_requests 1000000000; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://vinci; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_set_header Authorization "Bearer {key}";{cache}
        }}
    }}
}}
""")
        super().__init__(folder, "nginx", ["nginx", "-e", "stderr", "-p", f"{folder}/", "-c", str(config)], port)
