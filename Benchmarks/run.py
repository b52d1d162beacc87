#!/usr/bin/env python3
"""Times Quench against doing the same by hand, or against its peers, in turn in one run, and prints the ratios.

    Benchmarks/run.py --quench .build/release/quench [--only NAME] [--json FILE] [--rounds N] [--seconds N] [--moves N]

Every figure is a ratio, most of medians; an aim is met when the ratio is no larger, or for rates, counts and accuracies no
smaller. Nothing here is a test: a busy machine may miss an aim. `make bench` installs what is needed: wrk, HAProxy and
nginx.
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import balancer
import moves

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Bench:
    def __init__(self, folder, options):
        self.quench, self.folder, self.rounds = os.path.abspath(options.quench), folder, options.rounds
        self.seconds, self.moves, self.rate = options.seconds, options.moves, options.rate
        self.jobs, self.searches, self.pause = options.jobs, options.searches, options.pause

    @contextlib.contextmanager
    def place(self, name):
        """A new folder that others may look into, for as long as it is used."""
        folder = self.folder / name
        folder.mkdir(mode=0o755)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def run(self, *arguments, cwd, **options):
        check = options.pop("check", True)
        done = subprocess.run(arguments, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        if check and done.returncode:
            sys.exit(f"{' '.join(map(str, arguments))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def git(self, repository, *arguments):
        return self.run("git", "-c", "user.name=Bench", "-c", "user.email=bench@example.com", *arguments, cwd=repository)

    def ask(self, repository, *arguments, status=0):
        """Runs quench and answers its JSON and how long it took in seconds."""
        start = time.perf_counter()
        done = self.run(self.quench, *arguments, "--format", "json", cwd=repository, check=False)
        seconds = time.perf_counter() - start
        if done.returncode != status:
            sys.exit(f"quench {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}{done.stdout}")
        return json.loads(done.stdout), seconds

    def repository(self, fixture):
        target = self.folder / fixture
        if not target.exists():
            shutil.copytree(ROOT / "fixtures" / fixture, target)
            self.git(target, "init", "-q", "-b", "main")
            self.git(target, "add", "-A")
            self.git(target, "commit", "-qm", "Serve")
        return target

    def orders(self):
        target = self.folder / "orders"
        if not target.exists():
            self.run("git", "init", "-q", "-b", "main", str(target), cwd=self.folder)
            with open(ROOT / "fixtures" / "orders" / "history.fi", "rb") as stream:
                subprocess.run(["git", "fast-import", "--quiet"], cwd=target, stdin=stream, check=True)
            self.git(target, "checkout", "-q", "main")
        return target


def start_by_hand(command, cwd, data, path="/health"):
    """Starts a service and answers it with its port once its health check has passed."""
    port = balancer.free_port()
    environment = {**os.environ, "PORT": str(port), "QUENCH_DATA": str(data)}
    process = subprocess.Popen(
        ["/bin/sh", "-c", command], cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(20000):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
                if answer.status == 200:
                    return process, port
        except OSError:
            time.sleep(0.002)
    sys.exit(f"{command} was not healthy")


def verify_built(bench):
    """verify of a built revision, against `swift test --skip-build` and one start by hand."""
    repository = bench.orders()
    configuration = bench.folder / "one-suite.yml"
    text = (repository / "quench.yml").read_text()
    head = text[: text.index("suites:")]
    configuration.write_text(head + "suites:\n  all:\n    swift-test: { package: . }\nhot: { instances: 1 }\n")
    home = {**os.environ, "QUENCH_HOME": str(bench.folder / "orders-state")}
    os.environ.update(home)
    bench.ask(repository, "verify", "--config", str(configuration))
    bundle = next((bench.folder / "orders-state" / "work").glob("tests-*/scratch/*/*/debug/*.xctest"))
    scratch, slot = bundle.parents[2], bundle.parents[4]
    binary = next((bench.folder / "orders-state" / "work" / "build-0" / "tree" / ".build").glob("*/debug/orders"))
    ours, hand = [], []
    for _ in range(bench.rounds):
        verdict, seconds = bench.ask(repository, "verify", "--config", str(configuration))
        ours.append(seconds)
        with tempfile.TemporaryDirectory() as data:
            start = time.perf_counter()
            process, port = start_by_hand(f"exec {binary} --port $PORT", data, data)
            bench.run(
                "swift", "test", "--skip-build", "--scratch-path", str(scratch), cwd=slot / "tree",
                env={**os.environ, "QUENCH_BASE_URL": f"http://127.0.0.1:{port}"})
            hand.append(time.perf_counter() - start)
            process.terminate()
            process.wait()
    del os.environ["QUENCH_HOME"]
    return [{
        "name": "verify-built",
        **comparison(ours, hand, 1.10, "verify of a built revision / swift test --skip-build + one start")}]


def tree_repository(bench, files=4800, commits=12):
    """A repository with a large tree and commits that each change a few files, and a service that is its own build."""
    repository = bench.folder / "tree"
    if repository.exists():
        return repository
    repository.mkdir()
    bench.git(repository, "init", "-q", "-b", "main")
    for number in range(files):
        path = repository / "Sources" / f"Module{number // 80:03}" / f"File{number:05}.swift"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"// {number}\n" + f"let value{number} = {number}\n" * 40)
    shutil.copy(ROOT / "fixtures" / "greeter" / "greeter.py", repository / "greeter")
    (repository / "quench.yml").write_text(
        "service:\n  name: tree\n  build: 'true'\n  outputs: [greeter]\n  run: ./greeter --port ${PORT}\n"
        "  health: { path: /health, interval: 50ms }\nsuites:\n  unit: { command: 'true', instances: none }\n")
    bench.git(repository, "add", "-A")
    bench.git(repository, "commit", "-qm", "Begin")
    for commit in range(commits):
        for number in range(5):
            path = repository / "Sources" / f"Module{commit:03}" / f"File{commit * 80 + number:05}.swift"
            path.write_text(path.read_text() + f"// change {commit}\n")
        bench.git(repository, "commit", "-qam", f"Change {commit}")
    return repository


def slot_moves(bench):
    """Filling a slot and moving it, against `git worktree add` and `git checkout`, by verify's own timings."""
    repository = tree_repository(bench)
    commits = bench.git(repository, "rev-list", "--reverse", "main").stdout.split()
    fresh, moves, worktrees, checkouts = [], [], [], []
    for round in range(max(1, bench.rounds // 3)):
        home, tree = bench.folder / f"tree-state-{round}", bench.folder / f"worktree-{round}"
        os.environ["QUENCH_HOME"] = str(home)
        for index, commit in enumerate(commits):
            verdict, _ = bench.ask(repository, "verify", commit)
            (fresh if index == 0 else moves).append(verdict["timings"]["checkout_seconds"])
            start = time.perf_counter()
            if index == 0:
                bench.git(repository, "worktree", "add", "-q", "--detach", str(tree), commit)
                worktrees.append(time.perf_counter() - start)
            else:
                bench.run("git", "checkout", "-q", "--detach", commit, cwd=tree)
                checkouts.append(time.perf_counter() - start)
        bench.git(repository, "worktree", "remove", "--force", str(tree))
        shutil.rmtree(home)
    del os.environ["QUENCH_HOME"]
    return [
        {"name": "slot-move",
         **comparison(moves, checkouts, 0.25, "moving a slot by a commit / git checkout, 4,800 files")},
        {"name": "slot-fresh", **comparison(fresh, worktrees, 1.0, "a fresh slot / git worktree add, 4,800 files")},
    ]


def rollbacks(bench):
    """Rolling the hot set back: to a build that must be started, with two services, and to one that is retained."""
    slow, _ = rollback_of(bench, "a service that takes a second to start", "sleep 1; exec ")
    quick, retained = rollback_of(bench, "one that starts at once", "")
    return [
        {"name": "rollback-built", **slow}, {"name": "rollback-built-at-once", **quick},
        {"name": "rollback-retained", **retained}]


def rollback_of(bench, what, prelude):
    """Rolls back a service whose start begins with `prelude`, against starting it by hand until healthy."""
    shutil.rmtree(bench.folder / "greeter", ignore_errors=True)
    repository = bench.repository("greeter")
    configuration = repository / "quench.yml"
    configuration.write_text(
        configuration.read_text().replace("instances: 2", "instances: 1, retain: 1")
        .replace("run: ./greeter", f"run: {prelude}./greeter"))
    for number in range(2):
        greeter = repository / "greeter.py"
        greeter.write_text(greeter.read_text() + f"# {number}\n")
        bench.git(repository, "add", "-A")
        bench.git(repository, "commit", "-qm", f"Note {number}")
    for revision in ("HEAD", "HEAD~1"):
        bench.ask(repository, "hot", "deploy", revision)
    built, retained, hand = [], [], []
    for _ in range(bench.rounds):
        bench.ask(repository, "hot", "deploy", "HEAD~1")
        bench.ask(repository, "hot", "deploy", "HEAD")
        while not bench.ask(repository, "hot", "status")[0]["retained"][0]["ready"]:
            pass
        _, seconds = bench.ask(repository, "hot", "rollback")
        retained.append(seconds)
        bench.ask(repository, "hot", "stop", "--remove")
        bench.ask(repository, "hot", "deploy", "HEAD")
        _, seconds = bench.ask(repository, "hot", "rollback", "HEAD~1")
        built.append(seconds)
        with tempfile.TemporaryDirectory() as data:
            start = time.perf_counter()
            process, _ = start_by_hand(f"{prelude or 'exec '}./greeter.py --port $PORT", repository, data)
            hand.append(time.perf_counter() - start)
            process.terminate()
            process.wait()
    bench.ask(repository, "hot", "stop", "--remove")
    return (
        comparison(built, hand, 1.2, f"rolling {what} back to a built revision / starting it by hand"),
        comparison(retained, [0.05], 1.0, "rolling back to a retained build / 50 ms"))


def comparison(ours, theirs, aim, detail):
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    ratio = ours / theirs
    return {
        "ratio": round(ratio, 3), "aim": aim, "ok": ratio <= aim,
        "detail": f"{detail}: {ours * 1000:.1f} ms / {theirs * 1000:.1f} ms"}


def bisect(bench):
    """Searches for culprits: how often they are right, with how many runs, and how long a choice takes."""
    figures = bench.folder / "bisect.json"
    package = ROOT / "Benchmarks" / "Bisect"
    bench.run("swift", "run", "-c", "release", "bisect-bench", "--json", str(figures), cwd=package)
    return json.loads(figures.read_text())


BY_HAND = """#!/bin/sh
# Builds a revision's service and tests, runs the tests of payments against it: what `git bisect run` is given.
swift build --build-tests >build.log 2>&1 || exit 125
rm -rf data && mkdir data && cd data
../.build/debug/orders --port "$PORT" >../service.log 2>&1 &
service=$!
for _ in $(seq 300); do
  curl --silent --fail "http://127.0.0.1:$PORT/health" >/dev/null && break
  sleep 0.1
done
cd ..
QUENCH_BASE_URL="http://127.0.0.1:$PORT" swift test --skip-build --filter PaymentTests >test.log 2>&1
status=$?
kill $service
wait $service 2>/dev/null
exit $status
"""


def bisect_orders(bench):
    """A regression in the payments of `orders`, searched by `git bisect run` and by Quench, each from nothing."""
    good, bad, culprit = "v1.0", "82a7ed4", "5809588"
    original = bench.orders()
    script = bench.folder / "by-hand.sh"
    script.write_text(BY_HAND)
    script.chmod(0o755)
    ours, theirs, counts = [], [], set()
    # The first of each downloads what the package depends on.
    bench.run("swift", "package", "resolve", cwd=original)
    for number in range(bench.searches):
        clone = bench.folder / f"by-hand-{number}"
        bench.git(bench.folder, "clone", "-q", str(original), str(clone))
        start = time.perf_counter()
        bench.git(clone, "bisect", "start", bad, good)
        found = bench.run(
            "git", "bisect", "run", str(script), cwd=clone, env={**os.environ, "PORT": str(balancer.free_port())}).stdout
        theirs.append(time.perf_counter() - start)
        if not re.search(f"^{culprit}[0-9a-f]* is the first bad commit", found, re.M):
            sys.exit(f"git bisect run found something else:\n{found}")
        clone = bench.folder / f"quench-{number}"
        bench.git(bench.folder, "clone", "-q", str(original), str(clone))
        answer, seconds = bench.ask(
            clone, "bisect", "--good", good, "--bad", bad, "--suite", "payments", "--jobs", str(bench.jobs))
        ours.append(seconds)
        counts.add(f"{answer['runs']} runs, {answer['builds']} builds")
        if not answer["culprits"][0]["revision"].startswith(culprit):
            sys.exit(f"quench bisect found something else: {answer}")
    return [{
        "name": "bisect-orders",
        **comparison(ours, theirs, 0.6, f"quench bisect --jobs {bench.jobs} ({'; '.join(counts)}) / git bisect run")}]


BENCHMARKS = {
    "verify-built": verify_built, "slot": slot_moves, "rollback": rollbacks,
    "rollback-retained-production": moves.rollback,
    "moves-embedded": lambda bench: moves.moves(bench, "embedded", bench.moves),
    "moves-haproxy": lambda bench: moves.moves(bench, "haproxy", bench.moves),
    "balancer-1k": lambda bench: balancer.throughput(bench, "1k"),
    "balancer-64k": lambda bench: balancer.throughput(bench, "64k"), "balancer-idle": balancer.idle, "bisect": bisect,
    "bisect-orders": bisect_orders}
# What each benchmark whose name begins so runs besides Quench.
TOOLS = {"balancer": ["wrk", "haproxy", "nginx", "taskset"], "moves": ["haproxy", "nginx"], "rollback-retained": ["nginx"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quench", default=str(ROOT / ".build" / "release" / "quench"))
    parser.add_argument("--only", choices=sorted(BENCHMARKS))
    parser.add_argument("--json")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=5, help="how long each engine is put under load in each round")
    parser.add_argument("--moves", type=int, default=200, help="how many promotions and rollbacks")
    parser.add_argument("--pause", type=float, default=0, help="how many seconds there are between two moves")
    parser.add_argument("--rate", type=float, default=2000, help="how many requests a second there are meanwhile")
    parser.add_argument("--jobs", type=int, default=2, help="how many revisions are tried at a time in a search")
    parser.add_argument("--searches", type=int, default=1, help="how many searches of `orders` there are, of each kind")
    options = parser.parse_args()
    wanted = [name for name in BENCHMARKS if options.only in (None, name)]
    needed = {tool for name in wanted for start, tools in TOOLS.items() if name.startswith(start) for tool in tools}
    missing = sorted(tool for tool in needed if shutil.which(tool) is None)
    if missing:
        sys.exit(f"install first: {' '.join(missing)} (make bench does)")
    # Shims that look for the interpreter anew at each start would be most of what is timed.
    os.environ["PATH"] = f"{os.path.dirname(os.path.realpath(sys.executable))}:{os.environ['PATH']}"
    rows = []
    print(f"{'BENCHMARK':<36}{'RATIO':>8}{'AIM':>8}  DETAIL", flush=True)
    with tempfile.TemporaryDirectory(prefix="quench-bench-") as folder:
        os.chmod(folder, 0o755)
        bench = Bench(pathlib.Path(folder), options)
        for name in wanted:
            for row in BENCHMARKS[name](bench):
                rows.append(row)
                mark = "" if row["ok"] else "  (aim missed)"
                print(f"{row['name']:<36}{row['ratio']:>8.3f}{row['aim']:>8.2f}  {row['detail']}{mark}", flush=True)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
