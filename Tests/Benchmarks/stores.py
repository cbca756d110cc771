"""Stores with some number of finished jobs in them, made once and copied for every measurement."""

import contextlib
import os
import pathlib
import secrets
import shutil
import sqlite3
import subprocess
import tempfile

from servers import Gateway, Simulator, free_port

# All from one job: made a month ago up to now, five seconds of video each, completed.
MONTH = 30 * 86_400_000_000
SECONDS, COST, HOLD = 5, 250_000, 280_000

# {random} and {hash} are the engine's words for 32 random bytes and for a hash of the number as hexadecimal text.
FILL = [
    """
    CREATE TEMPORARY TABLE past AS
    WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {jobs})
    SELECT i, 'job_00000000000000' || substr(CAST(1000000000000 + i AS TEXT), 2) AS id, {random} AS fingerprint,
        'req_' || {hash} AS request_id, {now} - {month} + i * ({month} / {jobs}) AS at_us, owner.key_id AS key_id
    FROM numbers JOIN (SELECT key_id, ROW_NUMBER() OVER (ORDER BY key_id) - 1 AS number FROM token) AS owner
        ON owner.number = i % (SELECT COUNT(*) FROM token)
    """,
    """
    INSERT INTO job (id, team_id, key_id, kind, state, seconds, estimate_micro_usd, fingerprint, process_id,
        upstream_key, request_id, created_us, dispatched_us, accepted_us, ended_us, answered_us, answer_kind,
        answer_text, video_url, video_us, cost_micro_usd, cost_derived)
    SELECT id, 'bench', key_id, 'text', 'completed', {seconds}, {cost}, fingerprint, 'run_past', 'key0', request_id,
        at_us, at_us, at_us + 10000, at_us + 60000000, at_us + 10000, 'accepted',
        '{{"request_id":"' || request_id || '","status":"pending"}}',
        'https://videos.invalid/' || request_id || '.mp4', {seconds} * 1000000, {cost}, 0 FROM past ORDER BY i
    """,
    "INSERT INTO hold SELECT id, 'bench', key_id, {hold}, at_us FROM past ORDER BY i",
    "INSERT INTO hold_resolution SELECT id, 'capture', {cost}, 0, at_us + 60000000 FROM past ORDER BY i",
    """
    INSERT INTO idempotency SELECT 'bench', 'text-to-video', 'past-' || CAST(i AS TEXT), fingerprint, id, at_us
    FROM past WHERE at_us > {now} - 86400000000 ORDER BY i
    """,
    """
    INSERT INTO audit (at_us, actor, team_id, action, object, outcome, hold_micro_usd, client_address, call_id,
        prompt_hash, prompt_characters, detail)
    SELECT at_us, 'token:' || key_id, 'bench', 'order.admitted', id, 'done', {hold}, '127.0.0.1', {hash}, fingerprint,
        30, 'dispatching' FROM past ORDER BY i
    """,
    """
    INSERT INTO audit (at_us, actor, team_id, action, object, outcome, hold_micro_usd, upstream_request_id,
        upstream_status, client_address, call_id)
    SELECT at_us + 10000, 'token:' || key_id, 'bench', 'order.accepted', id, 'done', {hold}, request_id, 200,
        '127.0.0.1', {hash} FROM past ORDER BY i
    """,
    """
    INSERT INTO audit (at_us, actor, team_id, action, object, outcome, hold_micro_usd, cost_micro_usd,
        upstream_request_id, upstream_status)
    SELECT at_us + 60000000, 'gateway:tracker', 'bench', 'job.completed', id, 'done', {hold}, {cost}, request_id, 200
    FROM past ORDER BY i
    """,
    """
    INSERT INTO owner_spend SELECT kind, id, captured, 0, 0 FROM (
        SELECT 'token' AS kind, key_id AS id, COUNT(*) * {cost} AS captured FROM past GROUP BY key_id
        UNION ALL SELECT 'team', 'bench', COUNT(*) * {cost} FROM past
        UNION ALL SELECT 'organization', 'default', COUNT(*) * {cost} FROM past) AS spent WHERE true
    ON CONFLICT (owner_kind, owner_id) DO UPDATE SET captured_micro_usd = excluded.captured_micro_usd
    """,
    "UPDATE budget_window SET captured_micro_usd = CAST({jobs} AS BIGINT) * {cost}",
    "UPDATE account SET baseline_captured_micro_usd = CAST({jobs} AS BIGINT) * {cost}",
]


def fill(execute, jobs, now, **words):
    """The budget must be there, and nothing have been ordered yet."""
    if jobs == 0:
        return
    for statement in FILL:
        execute(statement.format(
            jobs=jobs, now=now, month=MONTH, seconds=SECONDS, cost=COST, hold=HOLD, **words))


class Store:
    """An engine's store with `jobs` finished jobs, its configuration's secrets and its tokens."""

    def __init__(self, program, folder, keys, jobs, now):
        self.program, self.keys, self.jobs = program, keys, jobs
        self.owner = secrets.token_hex(24)
        self.origin = pathlib.Path(tempfile.mkdtemp(prefix=f"{self.name}-{jobs}-", dir=folder))
        with Simulator(program, self.origin, keys) as simulator, \
                self.serve(self.origin, simulator, self.url) as gateway:
            self.tokens = gateway.make_tokens(len(keys))
        self._fill(now)

    def serve(self, folder, simulator, database, **options):
        return Gateway(
            self.program, folder, simulator, self.keys, polls_upstream=False, owner=self.owner,
            database=database, **options)

    def serve_copy(self, folder, simulator, **options):
        """The gateway on what `copy` made."""
        return self.serve(folder, simulator, self.copy_url, **options)

    def copy(self, folder):
        """A folder with a copy of everything."""
        shutil.copytree(self.origin / "data", pathlib.Path(folder) / "data")
        # Or the system writes it out while the measurement waits for the same disk.
        os.sync()

class SQLiteStore(Store):
    name = "SQLite"
    # The configuration's own: a file in the folder.
    url = copy_url = None

    def _fill(self, now):
        # What the writer's own checkpoints would have done over the month, and the system's write-back.
        with contextlib.closing(sqlite3.connect(self.origin / "data" / "gateway.db", isolation_level=None)) as connection:
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("BEGIN")
            fill(connection.execute, self.jobs, now, random="randomblob(32)", hash="lower(hex(randomblob(16)))")
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.sync()

    def syncs(self):
        return None


class PostgresStore(Store):
    name = "PostgreSQL"

    def __init__(self, server, *arguments):
        self.server = server
        self.database = server.create_database()
        self.url = server.url(self.database)
        self.copy_url = server.url(COPY)
        super().__init__(*arguments)

    def _fill(self, now):
        statements = ["BEGIN"]
        fill(
            statements.append, self.jobs, now, random="sha256(CAST(CAST(random() AS TEXT) AS BYTEA))",
            hash="md5(CAST(random() AS TEXT))")
        self.server.run(";\n".join([*statements, "COMMIT"]), self.database)
        if self.jobs:
            # As the server would have done long ago. It does not analyze tables that nothing was ever written to.
            self.server.run("VACUUM ANALYZE", self.database)
        self.server.run("CHECKPOINT")

    def copy(self, folder):
        super().copy(folder)
        self.server.run(f"DROP DATABASE IF EXISTS {COPY}")
        self.server.run(f"CREATE DATABASE {COPY} TEMPLATE {self.database} STRATEGY file_copy")
        self.server.run("CHECKPOINT")
        os.sync()

    def syncs(self):
        """How often the server has made its write-ahead log durable."""
        return int(self.server.run("SELECT wal_sync FROM pg_stat_wal").strip())


COPY = "measured"


class PostgresServer:
    """A server of its own with production's promises about durability, and memory for a small machine."""

    SETTINGS = [
        "listen_addresses = '127.0.0.1'", "max_connections = 100", "shared_buffers = 1GB", "max_wal_size = 4GB",
        "synchronous_commit = on", "fsync = on", "full_page_writes = on", "logging_collector = off",
    ]

    def __init__(self, folder):
        self.port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="postgres-", dir=folder))
        self.binaries = find_binaries()
        self.databases = 0

    def __enter__(self):
        if os.geteuid() == 0:
            # The server refuses to run as root.
            shutil.chown(self.folder, "postgres", "postgres")
            for parent in self.folder.parents[:-1]:
                parent.chmod(parent.stat().st_mode | 0o011)
        self._call("initdb", "-D", self._data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust")
        settings = [*self.SETTINGS, f"port = {self.port}", f"unix_socket_directories = '{self.folder}'", ""]
        with open(f"{self._data}/postgresql.conf", "a", encoding="utf-8") as file:
            file.write("\n".join(settings))
        self._call("pg_ctl", "-D", self._data, "-w", "-s", "-l", f"{self.folder}/log", "start")
        return self

    def __exit__(self, *_):
        self._call("pg_ctl", "-D", self._data, "-w", "-s", "-m", "fast", "stop")

    @property
    def _data(self):
        return f"{self.folder}/data"

    def _call(self, tool, *arguments):
        command = [f"{self.binaries}/{tool}", *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        # A server keeps the descriptors it was started with: a pipe would never end.
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/")

    def url(self, database):
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def create_database(self):
        self.databases += 1
        name = f"store{self.databases}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def run(self, sql, database="postgres"):
        result = subprocess.run(
            [f"{self.binaries}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.url(database)],
            input=sql, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise SystemExit(f"PostgreSQL: {result.stderr}")
        return result.stdout


def find_binaries():
    """Debian keeps a folder for each version; elsewhere they are on the path."""
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[4]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    if not found:
        raise SystemExit("PostgreSQL's initdb is not there")
    return pathlib.Path(found).resolve().parent
