"""Puts load on the embedded balancer, HAProxy and nginx in turn, in one run.

Each balancer has one thread on the first core; the service and the load share the others. Rates are ratios that should be
at least their aim, times and memory ones that should be at most.
"""
import json
import os
import pathlib
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time

CORES = sorted(os.sched_getaffinity(0))
CONNECTIONS = 64


def pinned(cores, *command):
    return ["taskset", "-c", ",".join(map(str, cores)), *command]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port, log=None):
    for _ in range(2000):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.005)
    sys.exit(f"nothing listens on port {port}" + (f":\n{open(log, encoding='utf-8').read()}" if log else ""))


class Process:
    """A process with a port, on the given cores, for as long as a `with`."""

    def __init__(self, folder, name, port, cores, command):
        self.port = port
        with open(folder / f"{name}.log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(pinned(cores, *command), stdout=log, stderr=log)
        wait_for(port, folder / f"{name}.log")

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
  maxconn 12000
  no strict-limits
defaults
  mode http
  option forwardfor
  timeout client 300s
  timeout server 60s
  timeout connect 2s
  timeout http-keep-alive 300s
  maxconn 12000
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


def start_quench(folder, service, bench):
    port = free_port()
    run = folder / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    control = run / "control"
    log = open(folder / "quench.log", "w")
    process = subprocess.Popen(
        pinned(CORES[:1], bench.quench, "balancer", str(control), "--event-loops", "1"), stdout=log, stderr=log)
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


def load(port, page, seconds):
    """Runs wrk and answers requests per second, p99 in milliseconds, what failed, and the share of stolen time."""
    command = pinned(
        CORES[-1:], "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", f"http://127.0.0.1:{port}/{page}")
    before = stolen()
    text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    after = stolen()
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s|m)", text).groups()
    p99 = float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    failed = (sum(map(int, errors.groups())) if errors else 0) + (int(wrong[1]) if wrong else 0)
    return rate, p99, failed, (after[0] - before[0]) / max(1, after[1] - before[1])


def stolen():
    """The time that the machine's host kept for itself, and all time, in ticks."""
    numbers = list(map(int, open("/proc/stat", encoding="ascii").readline().split()[1:]))
    return numbers[7], sum(numbers)


def calmest(rounds):
    """The half of the rounds, and three at least, from which the host stole the least time."""
    by_theft = sorted(rounds, key=lambda results: max(result[3] for result in results.values()))
    return by_theft[: max(3, (len(rounds) + 1) // 2)]


def throughput(bench, page):
    """Requests per second and p99 with kept connections, all engines in turn in each round, in another order each time."""
    with bench.place(f"balancer-{page}") as folder:
        service = start_service(folder)
        engines = {name: start(folder, service, bench) for name, start in ENGINES.items()}
        rounds = []
        try:
            ports = {"direct": service.port, **{name: engine.port for name, engine in engines.items()}}
            for number in range(bench.rounds):
                order = list(ports)[number % len(ports):] + list(ports)[: number % len(ports)]
                rounds.append({name: load(ports[name], page, bench.seconds) for name in order})
        finally:
            for engine in engines.values():
                engine.stop()
            service.stop()
    calm = calmest(rounds)
    column = lambda name, number: [results[name][number] for results in calm]
    failed = {name: sum(results[name][2] for results in rounds) for name in ports}
    theft = max(result[3] for results in calm for result in results.values())
    note = f"direct {statistics.median(column('direct', 0)):,.0f}/s, {len(calm)} of {len(rounds)} rounds, {theft:.1%} stolen"
    note += "".join(f", {name} failed {count}" for name, count in failed.items() if count)
    rows = [
        ratio(
            f"balancer-{page}-{peer}", column("quench", 0), column(peer, 0), 0.9, f"requests/s of {page} / {peer}", "/s",
            note, at_least=True) for peer in ("haproxy", "nginx")]
    rows.append(ratio(
        f"balancer-{page}-p99", column("quench", 1), column("haproxy", 1), 1.25, f"p99 of {page} / haproxy", " ms", note))
    for row in rows:
        row["ok"] = row["ok"] and not failed["quench"]
    return rows


def idle(bench, count=10_000):
    """The memory that an idle kept connection takes, and whether so many of them are held and still answer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    used, held = {}, {}
    with bench.place("balancer-idle") as folder:
        service = start_service(folder)
        try:
            for name, start in ENGINES.items():
                engine = start(folder, service, bench)
                hold(engine.port, 200, lambda: None)
                before = engine.memory()
                memory, held[name] = hold(engine.port, count, engine.memory)
                used[name] = (memory - before) / count
                engine.stop()
        finally:
            service.stop()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    note = ", ".join(f"{name} {bytes / 1024:.1f} KiB" for name, bytes in used.items())
    still = ", ".join(f"{name} {number:,}" for name, number in held.items())
    return [
        ratio(
            "balancer-idle-memory", [used["quench"]], [16384], 1.0, f"memory per idle connection of {count:,} / 16 KiB",
            " B", note),
        ratio(
            "balancer-idle-held", [held["quench"]], [count], 1.0, f"idle connections that still answer / {count:,}", "",
            still, at_least=True)]


def hold(port, count, measure):
    """Opens connections, has one request answered on each, measures while they are idle, and asks on each once more.

    It answers the measurement and how many connections answered again.
    """
    clients = []
    try:
        for start in range(0, count, 100):
            batch = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(min(100, count - start))]
            if answering(batch) < len(batch):
                sys.exit(f"of {start + len(batch):,} connections not all are answered")
            clients += batch
        time.sleep(1)
        measured = measure()
        return measured, sum(answering(clients[start:start + 100]) for start in range(0, count, 100))
    finally:
        for client in clients:
            client.close()


def answering(clients):
    """Sends a request on each connection, and answers how many of them got the whole answer."""
    answered = 0
    for client in clients:
        try:
            client.sendall(b"GET /1k HTTP/1.1\r\nHost: bench\r\n\r\n")
        except OSError:
            pass
    for client in clients:
        got = b""
        while len(got.partition(b"\r\n\r\n")[2]) < 1024:
            try:
                piece = client.recv(65536)
            except OSError:
                break
            if not piece:
                break
            got += piece
        answered += len(got.partition(b"\r\n\r\n")[2]) == 1024
    return answered


def ratio(name, ours, theirs, aim, detail, unit, note="", at_least=False):
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    value = ours / theirs
    return {
        "name": name, "ratio": round(value, 3), "aim": aim, "ok": value >= aim if at_least else value <= aim,
        "detail": f"{detail}: {ours:,.1f}{unit} / {theirs:,.1f}{unit}" + (f" ({note})" if note else "")}

