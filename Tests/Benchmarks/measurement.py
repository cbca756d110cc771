"""What every benchmark does: put a load on a server, and say on which machine."""

import json
import os
import pathlib
import platform
import re
import subprocess
import tempfile

from servers import READS_PER_MINUTE

# Before each measurement. By then the gateway has seen whether Vinci keeps its connections, which orders go by.
WARM_UP_SECONDS = 5


def load(url, kind, connections, seconds, tokens, job, folder):
    """wrk's figures: requests, seconds, p50 and p99 in ms, bytes, and what was refused or broken."""
    file = pathlib.Path(folder) / "tokens"
    file.write_text("\n".join(tokens) + "\n")
    script = pathlib.Path(__file__).with_name("load.lua")
    threads = threads_for(seconds) if kind == "polls" else 1
    output = subprocess.run(
        ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script), url],
        env={"PATH": os.environ["PATH"], "LOAD": kind, "TOKENS": str(file), "JOB": job},
        capture_output=True, text=True, check=True).stdout
    for line in output.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line.removeprefix("RESULT "))
    raise SystemExit(f"wrk gave no result:\n{output}")


def threads_for(seconds):
    """Each thread has one token, which may read READS_PER_MINUTE times; 120,000 polls a second are thought possible."""
    threads = 8
    while threads * READS_PER_MINUTE < 120_000 * (seconds + 1):
        threads *= 2
    return threads


def describe_machine(arguments, programs):
    cpu = next(
        (line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if "model name" in line),
        platform.machine())
    folder = arguments.folder or tempfile.gettempdir()
    listing = subprocess.run(["df", "--output=fstype", folder], capture_output=True, text=True, check=True).stdout
    disk = listing.split()[-1]
    print(f"machine   {os.cpu_count()} × {cpu}, Linux {platform.release()}, stores on {disk}")
    print(f"load      {os.getloadavg()[0]:.1f} before the first round (anything but 0 disturbs the figures)")
    for name, text in programs:
        print(f"{name:<9} {text}")
    print(f"rounds    {arguments.rounds} of {arguments.seconds} s each, in turn; medians below\n", flush=True)


def version(command, code=0):
    """What the program's first line says about it; any other exit code is an error."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (result.stdout + result.stderr).strip().splitlines() or ["?"]
    if result.returncode != code:
        raise subprocess.SubprocessError(lines[-1])
    return re.sub(r"^.*version[:=]?\s*=?\s*", "", lines[0], flags=re.IGNORECASE)
