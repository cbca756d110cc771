"""Servers under load: each a process of its own on free ports, with its files in a folder; Vinci and the gateway."""

import contextlib
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

START_SECONDS = 60
STOP_SECONDS = 60
# Of one token, everywhere: so many that no measurement meets it.
READS_PER_MINUTE = 100_000


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


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def leave_on_signals():
    """The first signal leaves every `with` block, so that no server stays behind; later ones do not disturb that."""

    def leave(number, _):
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for each in SIGNALS:
        signal.signal(each, leave)


@contextlib.contextmanager
def signals_held():
    """A signal that comes meanwhile is handled afterwards: a process is never started without being known."""
    came = []
    handlers = {each: signal.signal(each, lambda number, _: came.append(number)) for each in SIGNALS}
    try:
        yield
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)
    for number in came:
        signal.raise_signal(number)


def processes_of(session):
    """The living processes of a session: the server that leads it, and what that has started."""
    found = []
    for file in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, number = file.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(number) == session and state not in "ZX":
            found.append(int(file.parent.name))
    return found


class Server:
    """A process that answers on a port; stopped with all that it started by leaving the `with` block."""

    def __init__(self, folder, name, command, port, environment=None):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = pathlib.Path(folder) / f"{name}.log"
        self.started = time.monotonic()
        self.process = None
        try:
            # A session of its own: Ctrl-C reaches this script only, which then stops its servers one by one.
            with self.log.open("wb") as log, signals_held():
                self.process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True,
                    env={"PATH": os.environ["PATH"], **(environment or {})})
            self._wait(name)
        except BaseException:
            if self.process:
                self.stop()
            raise

    def _wait(self, name):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            if self.listens() and self.is_ready():
                return
            time.sleep(0.01)
        raise SystemExit(f"{name} did not start:\n{self.log.read_text(errors='replace')}")

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def is_ready(self):
        """Whether it is all there, as far as listening does not tell."""
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Asks it to end, and returns when none of its processes is left."""
        with signals_held():
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
            # What it leaves behind (a tracer that writes its report) has a moment to end by itself.
            end = time.monotonic() + 10
            while left := processes_of(self.process.pid):
                for each in left if time.monotonic() > end else []:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(each, signal.SIGKILL)
                time.sleep(0.01)
            self.process.wait()

    def processor_seconds(self):
        """What its processes have used of the processors so far."""
        fields = [text.rpartition(")")[2].split() for text in self._told_by_system("stat")]
        return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")

    def peak_mebibytes(self):
        """The most resident memory its processes each had, added up."""
        return self._mebibytes("VmHWM")

    def resident_mebibytes(self):
        """The resident memory that its processes have now, added up."""
        return self._mebibytes("VmRSS")

    def _mebibytes(self, field):
        lines = [line for text in self._told_by_system("status") for line in text.splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024

    def _told_by_system(self, file):
        """A file of /proc for each of its processes."""
        for process in processes_of(self.process.pid):
            with contextlib.suppress(OSError):
                yield pathlib.Path(f"/proc/{process}/{file}").read_text()


class Simulator(Server):
    """Vinci. Its keys have no rate limit that a benchmark could meet."""

    def __init__(self, program, folder, keys, job_seconds=3600):
        port = free_port()
        command = [program, "simulate", "--port", str(port), "--requests-per-minute", "10000000"]
        command += ["--balance", "1000000", "--job-seconds", str(job_seconds)]
        for key in keys:
            command += ["--key", key]
        super().__init__(folder, "simulator", command, port)

    def requests(self, call):
        """How many requests of that call have reached it."""
        return http("GET", f"{self.url}/simulator/v1/requests")["calls"][call]


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
            f"limits: {{ token_requests_per_minute: 100, token_reads_per_minute: {READS_PER_MINUTE},",
            "  open_jobs_per_team: 100000 }",
            f"status: {{ poll_min: {pause}, poll_max: 10m }}", "logging: { level: warning }",
            f"store: {{ url: '{database}' }}" if database else "", ""]))
        command = [*tracer, program, "serve", "--config", str(config)]
        super().__init__(folder, "gateway", command, port, environment)
        self.admin = f"http://127.0.0.1:{admin_port}/admin/v1"
        self.owner = owner

    def make_tokens(self, count):
        """Tokens of one team with money enough."""
        self.wait_until_ready()
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
