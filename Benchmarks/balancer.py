#!/usr/bin/env python3
"""Puts load on the embedded balancer, HAProxy and nginx in turn, in one run, and prints the ratios.

    Benchmarks/balancer.py --quench .build/release/quench [--only NAME] [--json FILE] [--rounds N] [--seconds N]

Each balancer has one thread on the first core; the service and the load share the others. Rates are ratios that should be
at least their aim, times and memory ones that should be at most. Nothing here is a test: a busy machine may miss an aim.
Needs wrk, haproxy and nginx; `make bench` installs them.
"""
import argparse
import json
import os
import pathlib
import re
import resource
import select
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORES = sorted(os.sched_getaffinity(0))
CONNECTIONS = 64


def pinned(cores, *command):
    return ["taskset", "-c", ",".join(map(str, cores)), *command]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port):
    for _ in range(2000):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.005)
    sys.exit(f"nothing listens on port {port}")


class Process:
    """A process with a port, on the given cores, for as long as a `with`."""

    def __init__(self, folder, name, port, cores, command):
        self.port = port
        log = open(folder / f"{name}.log", "w")
        self.process = subprocess.Popen(pinned(cores, *command), stdout=log, stderr=log)
        wait_for(port)

    def memory(self):
        """The resident memory of the process and its children, in bytes."""
        total = 0
        children = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], stdout=subprocess.PIPE, text=True, check=False).stdout.split()
        for pid in [str(self.process.pid), *children]:
            for line in open(f"/proc/{pid}/smaps_rollup", encoding="ascii"):
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
        return total

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def nginx(folder, name, port, cores, server, http=""):
    configuration = folder / f"{name}.conf"
    configuration.write_text(f"""
daemon off; pid {folder}/{name}.pid; error_log {folder}/{name}.error; worker_processes 1; worker_rlimit_nofile 65536;
events {{ worker_connections 30000; }}
http {{
  access_log off; keepalive_requests 1000000000; sendfile on; tcp_nodelay on; client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi; keepalive_timeout 300;
  {http}
  server {{ listen 127.0.0.1:{port} backlog=16384; {server} }}
}}
""")
    return Process(folder, name, port, cores, ["nginx", "-p", str(folder), "-c", str(configuration)])


def start_service(folder):
    pages = folder / "pages"
    pages.mkdir()
    (pages / "1k").write_bytes(b"x" * 1024)
    (pages / "64k").write_bytes(b"x" * 65536)
    (pages / "health").write_bytes(b"")
    return nginx(folder, "service", free_port(), CORES[-1:], f"root {pages}; open_file_cache max=10;")


def start_nginx(folder, service, _):
    return nginx(
        folder, "nginx", free_port(), CORES[:1],
        "location / { proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ''; "
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_buffers 8 16k; }",
        f"upstream service {{ server 127.0.0.1:{service.port}; keepalive 128; keepalive_requests 1000000000; }}")


def start_haproxy(folder, service, _):
    port = free_port()
    configuration = folder / "haproxy.cfg"
    configuration.write_text(f"""
global
  nbthread 1
  maxconn 30000
defaults
  mode http
  option forwardfor
  timeout client 300s
  timeout server 60s
  timeout connect 2s
  timeout http-keep-alive 300s
  maxconn 30000
frontend production
  bind 127.0.0.1:{port} backlog 16384
  default_backend cold
backend cold
  server cold-1 127.0.0.1:{service.port} check
""")
    return Process(folder, "haproxy", port, CORES[:1], ["haproxy", "-db", "-f", str(configuration)])


class Control:
    """The control socket of the embedded balancer."""

    def __init__(self, path):
        self.path = str(path)

    def ask(self, **request):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.path)
            token = pathlib.Path(self.path + ".token").read_text()
            client.sendall(
                json.dumps({"schema": "quench.balancer-control/v1", "token": token, **request}).encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                piece = client.recv(65536)
                if not piece:
                    sys.exit("the balancer hung up")
                answer += piece
        reply = json.loads(answer)
        if reply.get("failure"):
            sys.exit(reply["failure"]["message"])
        return reply

    def apply(self, version, port, services):
        check = {
            "probe": {"kind": "path", "path": "/health"}, "interval": 2, "transitionInterval": 0.5, "timeout": 2, "rise": 2,
            "fall": 3, "jitter": 0.1}
        backends = [
            {"id": f"cold-{service}", "host": "127.0.0.1", "port": service, "revision": f"r{service}",
             "state": "active", "check": check} for service in services]
        self.ask(action="apply", table={
            "schema": "quench.routing-table/v1", "version": version,
            "listeners": [
                {"id": "production", "trafficClass": "production", "host": "127.0.0.1", "port": port,
                 "transport": "http", "route": "production"}],
            "routes": [
                {"id": "production", "hold": 5, "failMode": "closed", "retryAfter": 2, "tiers": [
                    {"name": "cold", "backends": [backend["id"] for backend in backends], "accepts": "all",
                     "minimumHealthy": 1, "ramp": 0}]}],
            "backends": backends,
            "ejection": {"failures": 3, "duration": 2, "longest": 60},
            "limits": {"headBytes": 32768, "headerCount": 100, "connections": 30000, "idleBackendConnections": 128},
            "timeouts": {
                "head": 300, "bodyIdle": 60, "keepAliveIdle": 300, "connect": 2, "answer": 60, "tunnelIdle": 3600,
                "drain": 30},
            "retries": {"share": 0.2, "minimum": 3, "attempts": 4, "backOff": 0.02}})


def start_quench(folder, service, options):
    port = free_port()
    run = folder / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    control = run / "control"
    log = open(folder / "quench.log", "w")
    process = subprocess.Popen(
        pinned(CORES[:1], options.quench, "balancer", str(control), "--event-loops", "1"), stdout=log, stderr=log)
    for _ in range(2000):
        if control.exists():
            break
        time.sleep(0.005)
    started = Process.__new__(Process)
    started.port, started.process, started.control = port, process, Control(control)
    started.control.apply(1, port, [service.port])
    wait_for(port)
    return started


ENGINES = {"haproxy": start_haproxy, "nginx": start_nginx, "quench": start_quench}


def load(port, page, seconds, script=None):
    """Runs wrk and answers requests per second, p99 in milliseconds, and what failed."""
    command = pinned(
        CORES[-1:], "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency",
        *(["-s", str(script)] if script else []), f"http://127.0.0.1:{port}/{page}")
    text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s|m)", text).groups()
    p99 = float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    failed = sum(map(int, errors.groups())) if errors else 0
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    total = int(re.search(r"(\d+) requests in", text)[1])
    return rate, p99, failed + (int(wrong[1]) if wrong else 0), total


def stolen():
    """The share of time that the machine's host kept for itself, and a way to ask again."""
    numbers = list(map(int, open("/proc/stat", encoding="ascii").readline().split()[1:]))
    return numbers[7], sum(numbers)


def throughput(options, folder):
    """Requests per second and p99, keep-alive, 1 KiB and 64 KiB, all engines in turn in each round."""
    rows = []
    service = start_service(folder)
    engines = {name: start(folder, service, options) for name, start in ENGINES.items()}
    try:
        for page in ("1k", "64k"):
            rates, tails = {name: [] for name in engines}, {name: [] for name in engines}
            direct = []
            before = stolen()
            for _ in range(options.rounds):
                direct.append(load(service.port, page, options.seconds)[0])
                for name, engine in engines.items():
                    rate, p99, failed, _ = load(engine.port, page, options.seconds)
                    if failed:
                        print(f"# {name} failed {failed} requests", file=sys.stderr)
                    rates[name].append(rate)
                    tails[name].append(p99)
            after = stolen()
            steal = (after[0] - before[0]) / max(1, after[1] - before[1])
            note = f"direct {statistics.median(direct):,.0f}/s, {steal:.1%} stolen"
            for peer in ("haproxy", "nginx"):
                rows.append(ratio(
                    f"balancer-{page}-{peer}", rates["quench"], rates[peer], 0.9 if peer == "haproxy" else 0.9,
                    f"requests/s of {page} / {peer}", "/s", note, at_least=True))
            rows.append(ratio(
                f"balancer-{page}-p99", tails["quench"], tails["haproxy"], 1.25, f"p99 of {page} / haproxy", " ms", note))
    finally:
        for engine in engines.values():
            engine.stop()
        service.stop()
    return rows


def idle(options, folder):
    """The memory that an idle kept-alive connection takes, with 10,000 of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(10000, hard - 500)
    service = start_service(folder)
    used = {}
    try:
        for name, start in ENGINES.items():
            engine = start(folder, service, options)
            hold(engine.port, 200, lambda: None)
            before = engine.memory()
            used[name] = [(hold(engine.port, count, engine.memory) - before) / count]
            engine.stop()
    finally:
        service.stop()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    note = ", ".join(f"{name} {bytes[0] / 1024:.1f} KiB" for name, bytes in used.items())
    return [ratio(
        "balancer-idle-memory", used["quench"], [16384], 1.0, f"memory per idle connection of {count} / 16 KiB", " B",
        note)]


def hold(port, count, measure):
    """Opens connections, has one request answered on each, and measures while they are idle."""
    clients = []
    try:
        for start in range(0, count, 100):
            batch = []
            for _ in range(min(100, count - start)):
                client = socket.create_connection(("127.0.0.1", port), 10)
                client.sendall(b"GET /1k HTTP/1.1\r\nHost: bench\r\n\r\n")
                batch.append(client)
            for client in batch:
                got = b""
                while len(got) < 1024 or b"\r\n\r\n" not in got or len(got.split(b"\r\n\r\n", 1)[1]) < 1024:
                    if not select.select([client], [], [], 10)[0]:
                        sys.exit(f"no answer on connection {len(clients)}")
                    piece = client.recv(65536)
                    if not piece:
                        sys.exit(f"connection {len(clients)} was closed")
                    got += piece
            clients += batch
        time.sleep(1)
        return measure()
    finally:
        for client in clients:
            client.close()


def moves(options, folder):
    """200 moves of the traffic between two services under a mixed load, against the same load at rest."""
    mixed = folder / "mixed.lua"
    mixed.write_text("""
local count = 0
request = function()
  count = count + 1
  if count % 2 == 0 then return wrk.format("GET", "/1k") end
  return wrk.format("POST", "/post", nil, "body")
end
""")
    one, two = start_service(folder), None
    second = folder / "second"
    second.mkdir()
    two = start_service(second)
    engine = start_quench(folder, one, options)
    try:
        # The services answer a POST with 405, which is an answer; what fails shows in the balancer's own count.
        _, rest, _, _ = load(engine.port, "1k", options.seconds, mixed)
        command = pinned(
            CORES[-1:], "wrk", "-t1", f"-c{CONNECTIONS}", "-d60s", "--latency", "-s", str(mixed),
            f"http://127.0.0.1:{engine.port}/1k")
        running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        times = []
        for number in range(200):
            to = (two, one)[number % 2]
            start = time.perf_counter()
            engine.control.apply(number + 2, engine.port, [to.port])
            times.append(time.perf_counter() - start)
            time.sleep(0.25)
        text = running.communicate()[0]
        value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s|m)", text).groups()
        p99 = float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]
        status = engine.control.ask(action="status")["status"]
        errors = re.search(r"Socket errors: .*", text)
        note = f"{status['requests']:,} requests, {status['failed']} failed, {errors[0] if errors else 'no socket errors'}"
    finally:
        engine.stop()
        one.stop()
        two.stop()
    return [
        ratio("balancer-moves-p99", [p99], [rest], 2.0, "p99 while moving 200 times / at rest", " ms", note),
        ratio("balancer-move", [median * 1000 for median in times], [100], 1.0, "one move / 100 ms", " ms", note)]


def ratio(name, ours, theirs, aim, detail, unit, note="", at_least=False):
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    value = ours / theirs
    return {
        "name": name, "ratio": round(value, 3), "aim": aim, "ok": value >= aim if at_least else value <= aim,
        "detail": f"{detail}: {ours:,.1f}{unit} / {theirs:,.1f}{unit}" + (f" ({note})" if note else "")}


BENCHMARKS = {"throughput": throughput, "idle": idle, "moves": moves}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quench", default=str(ROOT / ".build" / "release" / "quench"))
    parser.add_argument("--only", choices=sorted(BENCHMARKS))
    parser.add_argument("--json")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    options.quench = os.path.abspath(options.quench)
    missing = [tool for tool in ("wrk", "haproxy", "nginx", "taskset") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"install first: {' '.join(missing)} (make bench does)")
    rows = []
    print(f"{'BENCHMARK':<24}{'RATIO':>8}{'AIM':>8}  DETAIL", flush=True)
    for name, benchmark in BENCHMARKS.items():
        if options.only not in (None, name):
            continue
        with tempfile.TemporaryDirectory(prefix="quench-bench-") as folder:
            os.chmod(folder, 0o755)
            for row in benchmark(options, pathlib.Path(folder)):
                rows.append(row)
                mark = "" if row["ok"] else "  (aim missed)"
                print(f"{row['name']:<24}{row['ratio']:>8.3f}{row['aim']:>8.2f}  {row['detail']}{mark}", flush=True)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
