"""Moves production back and forth under load, through `quench serve`, as its users do.

    Benchmarks/moves.py --quench .build/release/quench --engine embedded|haproxy [--moves N] [--rate N]

Run by itself it tells of each request that failed, with the moves and the events around it.
"""
import argparse
import contextlib
import datetime
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from balancer import free_port, ratio, stolen
from load import Load, clock

SERVICE = r"""#!/bin/sh
# nginx, which tells its revision with every answer; a kilobyte each.
cat >run.conf <<END
daemon off; master_process off; pid run.pid; error_log stderr; user root;
events { worker_connections 4096; }
http {
  access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server {
    listen 127.0.0.1:$PORT;
    location / { add_header X-Revision $QUENCH_REVISION; return 200 "$(printf %1024s)"; }
  }
}
END
exec nginx -p "$PWD" -c "$PWD/run.conf"
"""

CONFIGURATION = """
service:
  name: mover
  build: mkdir -p build && cp serve build/
  outputs: [build/serve]
  run: ./serve
  health: {{ path: /health, interval: 250ms, timeout: 5s, rise: 1, fall: 3 }}
suites:
  smoke: {{ command: "true" }}
hot: {{ instances: 1 }}
cold: {{ instances: 2, retain: 1, bake: 0s }}
balancer: {{ engine: {engine}, production: "127.0.0.1:{production}", test: "127.0.0.1:{test}" }}
"""


class Production:
    """A repository with three verified revisions, and a `quench serve` that looks after its production."""

    def __init__(self, quench, folder, engine):
        self.quench, self.folder, self.port = os.path.abspath(quench), folder, free_port()
        self.repository = folder / "mover"
        self.repository.mkdir()
        self.environment = {
            **os.environ, "QUENCH_HOME": str(folder / "state"), "GIT_AUTHOR_NAME": "Bench", "GIT_COMMITTER_NAME": "Bench",
            "GIT_AUTHOR_EMAIL": "bench@example.com", "GIT_COMMITTER_EMAIL": "bench@example.com"}
        self.git("init", "-q", "-b", "main")
        (self.repository / "quench.yml").write_text(
            CONFIGURATION.format(engine=engine, production=self.port, test=free_port()))
        self.revisions = []
        for number in range(3):
            (self.repository / "serve").write_text(SERVICE + f"# {number}\n")
            (self.repository / "serve").chmod(0o755)
            self.git("add", "-A")
            self.git("commit", "-qm", f"Revision {number}")
            self.revisions.append(self.git("rev-parse", "HEAD"))
            self.ask("verify")

    def git(self, *arguments):
        return subprocess.run(
            ["git", *arguments], cwd=self.repository, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        ).stdout.strip()

    def ask(self, *arguments):
        done = subprocess.run(
            [self.quench, *arguments, "--format", "json"], cwd=self.repository, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            sys.exit(f"quench {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}{done.stdout}")
        return json.loads(done.stdout)

    @contextlib.contextmanager
    def served(self):
        self.events = self.folder / "events"
        with open(self.events, "w", encoding="utf-8") as events, open(self.folder / "serve.log", "w") as log:
            serve = subprocess.Popen(
                [self.quench, "serve"], cwd=self.repository, env=self.environment, stdout=events, stderr=log)
            try:
                while subprocess.run(
                        [self.quench, "status", "-q"], cwd=self.repository, env=self.environment,
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:
                    if serve.poll() is not None:
                        sys.exit(f"quench serve ended:\n{(self.folder / 'serve.log').read_text()}")
                    time.sleep(0.1)
                yield self
            finally:
                self.ask("down")
                serve.wait(60)


def moves(bench, engine, count=200, rest=35):
    """Promotions and rollbacks under a mixed load, against the same load at rest before and after them.

    Of four moves two are promotions, one is a rollback to a set that is up, and one to a build that has to be started.
    """
    with bench.place(f"moves-{engine}") as folder:
        production = Production(bench.quench, folder, engine)
        with production.served():
            first, second, third = production.revisions
            production.ask("promote", first)
            cycle = [("promote", second), ("promote", third), ("rollback",), ("rollback", "--further")]
            load = Load(production.port, rate=bench.rate)
            times, documents, before = [time.time() + 2], [], stolen()
            time.sleep(2 + rest)
            times.append(time.time())
            for number in range(count):
                documents.append((time.time(), production.ask(*cycle[number % len(cycle)])))
                time.sleep(bench.pause)
            times.append(time.time())
            time.sleep(rest)
            times.append(time.time())
            after = stolen()
            tally = load.stop()
            events = production.events.read_text(encoding="utf-8")
    report(tally, documents, events)
    moved = sum(document["result"] == "PROMOTED" for _, document in documents)
    told = sum(document["failed_requests"] or 0 for _, document in documents)
    total, failed = tally.count() + len(tally.failures), len(tally.failures)
    resting = [tally.quantile(0.99, *times[index:index + 2]) * 1000 for index in (0, 2)]
    moving = tally.quantile(0.99, *times[1:3]) * 1000
    theft = (after[0] - before[0]) / max(1, after[1] - before[1])
    note = (
        f"{moved} of {count} moves in {times[2] - times[1]:.0f} s, {total:,} requests, {failed} failed, {told} by their own "
        f"count; slowest {tally.quantile(1, *times[1:3]) * 1000:.0f} ms, {theft:.1%} stolen")
    row = ratio(f"moves-{engine}", [moving], resting, 2.0, "p99 while moving / at rest", " ms", note)
    row["ok"] = row["ok"] and failed == 0 and told == 0 and moved == count and total >= min(200_000, 1000 * count)
    return [row]


def report(tally, documents, events):
    """Tells of each failed request, with the move it fell into and the events of the second around it."""
    lines = events.splitlines()
    for moment, method, why in tally.failures:
        print(f"# {clock(moment)}  {method}  {why}", file=sys.stderr)
        for begun, document in reversed(documents):
            if begun <= moment:
                steps = ", ".join(f"{step['name']} {step['started']}" for step in document["steps"])
                print(f"#   {document['kind']} {document['id']} to {document['to'][:7]}: {steps}", file=sys.stderr)
                break
        for line in lines:
            written = re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line)
            if written and abs(datetime.datetime.fromisoformat(written[0][:-1] + "+00:00").timestamp() - moment) < 0.5:
                print(f"#   {line}", file=sys.stderr)


def rollback(bench, engine="embedded"):
    """A rollback to a retained set under load: from the command's start to where nobody but the successor answers."""
    took, commands = [], []
    with bench.place("rollback-retained-production") as folder:
        production = Production(bench.quench, folder, engine)
        with production.served():
            first, second, _ = production.revisions
            production.ask("promote", first)
            load = Load(production.port, rate=bench.rate / 2, processes=1)
            for _ in range(max(5, bench.rounds)):
                production.ask("promote", second)
                time.sleep(0.5)
                start = time.time()
                command = subprocess.Popen(
                    [production.quench, "rollback", "--format", "json"], cwd=production.repository,
                    env=production.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                took.append(switched(production.port, first) - start)
                _, errors = command.communicate()
                commands.append(time.time() - start)
                if command.returncode:
                    sys.exit(f"quench rollback ended with {command.returncode}:\n{errors}")
            tally = load.stop()
    report(tally, [], "")
    note = (
        f"slowest {max(took) * 1000:.1f} ms, whole command {statistics.median(commands) * 1000:.1f} ms; "
        f"{tally.count():,} requests meanwhile, {len(tally.failures)} failed")
    row = ratio(
        "rollback-retained-production", [seconds * 1000 for seconds in took], [100], 1.0,
        "rolling production back to a retained set under load / 100 ms", " ms", note)
    row["ok"] = row["ok"] and not tally.failures
    return [row]


def switched(port, revision):
    """When the last byte of the answer came after which nobody but this revision answered."""
    wanted, first, answers = revision.encode(), None, 0
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        stream = connection.makefile("rb")
        deadline = time.time() + 30
        while time.time() < deadline:
            connection.sendall(b"GET /probe HTTP/1.1\r\nHost: bench\r\n\r\n")
            head, line = b"", None
            while line != b"\r\n":
                line = stream.readline()
                if not line:
                    sys.exit("the connection of the probe was closed")
                head += line
            stream.read(int(re.search(rb"(?i)content-length: *(\d+)", head)[1]))
            now = time.time()
            if wanted in head:
                first, answers = first or now, answers + 1
                if answers == 50:
                    return first
            else:
                first, answers = None, 0
            time.sleep(0.0005)
    sys.exit(f"production never went to {revision}")


class Alone:
    """What a benchmark needs when it is run by itself."""

    def __init__(self, options, folder):
        self.quench, self.rate, self.rounds, self.folder = options.quench, options.rate, options.rounds, folder

    @contextlib.contextmanager
    def place(self, name):
        folder = self.folder / name
        folder.mkdir()
        yield folder


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quench", required=True)
    parser.add_argument("--engine", choices=["embedded", "haproxy"], default="embedded")
    parser.add_argument("--moves", type=int, default=20, help="how many; 0 for the rollback to a retained set")
    parser.add_argument("--rate", type=float, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quench-bench-") as folder:
        bench = Alone(options, pathlib.Path(folder))
        rows = moves(bench, options.engine, options.moves, 5) if options.moves else rollback(bench, options.engine)
    json.dump(rows, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
