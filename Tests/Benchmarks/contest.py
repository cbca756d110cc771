"""One server before a Vinci of its own, started for one measurement; and what must be true of it before it counts."""

import contextlib
import secrets
import tempfile
import time
import urllib.error

from measurement import WARM_UP_SECONDS, load
from peers import PEERS
from servers import START_SECONDS, Gateway, Simulator, http

# How many tokens a server tells apart. The gateway has more where it needs more to place orders: see README.md.
TOKENS = 100
CALLS = {"polls": "status", "mixed": "status", "orders": "submit-text"}
REFUSALS = (401, 403, 404)


def caches(name):
    return name == "gateway" or (name in PEERS and PEERS[name].caches)


@contextlib.contextmanager
def contest(arguments, name, kind):
    keys = [f"sk-benchmark-upstream-key-{number:04}" for number in range(arguments.keys)]
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="vinci-bench-", dir=arguments.folder))
        simulator = stack.enter_context(Simulator(arguments.program, folder, keys))
        if name == "gateway":
            server = stack.enter_context(
                Gateway(arguments.program, folder, simulator, keys, polls_upstream=kind != "orders"))
            tokens = server.make_tokens(TOKENS if kind != "orders" else len(keys))
        elif name == "direct":
            server, tokens = simulator, keys[:TOKENS]
        else:
            tokens = [f"sk-client-{secrets.token_hex(16)}" for _ in range(TOKENS)]
            server = stack.enter_context(PEERS[name](folder, simulator, keys[0], tokens))
        yield Contest(name, kind, server, simulator, tokens, folder)


class Contest:
    def __init__(self, name, kind, server, simulator, tokens, folder):
        self.name, self.kind, self.server, self.simulator = name, kind, server, simulator
        self.tokens, self.folder = tokens, folder
        self.await_ready()
        self.refuse_strangers()
        self.job = self.order(tokens[0])
        # The first use of a token costs more than every other one.
        for token in tokens[:TOKENS]:
            self.poll(token)

    def ask(self, method, path, token, body=None):
        return http(method, f"{self.server.url}/api/v1/{path}", token, body)

    def told(self, method, path, token, body=None):
        """The reply to a request that must be answered."""
        try:
            return self.ask(method, path, token, body)
        except urllib.error.HTTPError as refusal:
            text = refusal.read(300).decode(errors="replace")
            raise SystemExit(f"{self.name}: {method} {path} was answered with {refusal.code}: {text}") from None

    def await_ready(self):
        """A server may listen before it has read what it is to do."""
        while True:
            try:
                return self.ask("GET", "billing/balance", self.tokens[0])
            except OSError as refusal:
                if time.monotonic() > self.server.started + START_SECONDS:
                    raise SystemExit(f"{self.name} is not ready: {refusal}") from None
                time.sleep(0.01)

    def order(self, token):
        """A new job's id."""
        body = {"prompt": f"A calm lake {secrets.token_hex(8)}", "duration_seconds": 5}
        reply = self.told("POST", "generate/text-to-video", token, body)
        if not reply.get("request_id") or reply.get("status") != "pending":
            raise SystemExit(f"{self.name}: not Vinci's reply to an order: {reply}")
        return reply["request_id"]

    def poll(self, token):
        reply = self.told("GET", f"status/{self.job}", token)
        if reply.get("request_id") != self.job or reply.get("status") not in ("pending", "processing"):
            raise SystemExit(f"{self.name}: not the job's status: {reply}")

    def refuse_strangers(self):
        """No token, and one that nobody was given."""
        order = {"prompt": "A calm lake", "duration_seconds": 5}
        for token in [None, f"{self.tokens[0][:-8]}{secrets.token_hex(4)}"]:
            for method, path, body in [("GET", "status/req_1", None), ("POST", "generate/text-to-video", order)]:
                try:
                    answer = self.ask(method, path, token, body)
                except urllib.error.HTTPError as refusal:
                    if refusal.code in REFUSALS:
                        continue
                    answer = refusal
                raise SystemExit(f"{self.name}: a stranger's {method} was not refused: {answer}")
        if self.simulator.requests(CALLS["orders"]) and self.name != "direct":
            raise SystemExit(f"{self.name}: a stranger's order reached Vinci")

    def measure(self, connections, seconds):
        """wrk's figures, `rate`, `cost` (processor µs for a request), `peak`, how many `reached` Vinci meanwhile."""
        call = CALLS[self.kind]
        self._load(connections, WARM_UP_SECONDS)
        before = self._requests_when_quiet(call)
        busy = self.server.processor_seconds()
        result = self._load(connections, seconds)
        result["cost"] = (self.server.processor_seconds() - busy) * 1e6 / result["requests"]
        result["reached"] = self.simulator.requests(call) - before
        result["rate"] = result["requests"] / result["seconds"]
        result["peak"] = self.server.peak_mebibytes()
        self._check(result, connections)
        return result

    def _requests_when_quiet(self, call):
        """A slow server still works on what the warm-up had sent last when wrk was gone."""
        last = None
        for _ in range(100):
            count = self.simulator.requests(call)
            if count == last:
                return count
            last = count
            time.sleep(0.3)
        raise SystemExit(f"{self.name} goes on asking Vinci long after its clients are gone")

    def _load(self, connections, seconds):
        result = load(self.server.url, self.kind, connections, seconds, self.tokens, self.job, self.folder)
        if result["refused"] or result["broken"] or not result["requests"]:
            more = f"; more --keys may help\n{self.server.refusals()}" if self.name == "gateway" else ""
            raise SystemExit(
                f"{self.name}: {result['requests']} answered, {result['refused']} refused, "
                f"{result['broken']} broken{more}")
        return result

    def _check(self, result, connections):
        """Each reply was a whole one, each order reached Vinci once, and the server still answers as it should."""
        answered, reached = result["requests"], result["reached"]
        if result["bytes"] < answered * len(self.job):
            raise SystemExit(f"{self.name}: {answered} replies in {result['bytes']} bytes")
        least = 0 if self.kind != "orders" and caches(self.name) else answered
        # wrk does not wait for what it has sent last.
        if not least <= reached <= answered + connections:
            raise SystemExit(f"{self.name}: {answered} answered, {reached} reached Vinci")
        self.poll(self.tokens[-1])
        self.order(self.tokens[-1])
        if self.name == "gateway":
            self.server.check_ledger()
