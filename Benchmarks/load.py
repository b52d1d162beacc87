#!/usr/bin/env python3
"""Sends GET and POST requests in turn over kept connections at an even rate, and knows of each one how it ended.

    Benchmarks/load.py PORT [--connections N] [--rate N] [--seconds N]

A request has failed when no whole answer came or its status is not 2xx; none is ever sent twice. A connection that the
server closes while nothing is asked on it is opened anew. Each process drives its connections by itself.
"""
import argparse
import collections
import contextlib
import datetime
import heapq
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time

# A latency in seconds belongs to the class that its logarithm to this base is rounded up to: 2 % apart.
STEP = 1.02
SLICE = 0.1
PATIENCE = 20
GET = b"GET /get HTTP/1.1\r\nHost: bench\r\n\r\n"
POST = b"POST /post HTTP/1.1\r\nHost: bench\r\nContent-Length: 64\r\n\r\n" + b"p" * 64


def clock(moment):
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime("%H:%M:%S.%f")[:-3] + "Z"


class Connection:
    """One connection with at most one request on it."""

    def __init__(self, driver, number):
        self.driver, self.number = driver, number
        self.socket, self.sent, self.count = None, None, 0

    def open(self):
        self.socket = socket.create_connection(("127.0.0.1", self.driver.port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.driver.poll.register(self.socket, select.EPOLLIN)
        self.driver.connections[self.socket.fileno()] = self
        self.answered = 0

    def close(self):
        if self.socket is not None:
            self.driver.poll.unregister(self.socket)
            del self.driver.connections[self.socket.fileno()]
            self.socket.close()
        self.socket = None

    def send(self):
        self.count += 1
        self.method, self.received, self.sent = ("GET", "POST")[self.count % 2], b"", time.time()
        try:
            if self.socket is None:
                self.open()
            self.socket.send(POST if self.method == "POST" else GET)
        except OSError as error:
            self.fail(str(error))

    def receive(self):
        try:
            piece = self.socket.recv(262144)
        except BlockingIOError:
            return
        except OSError as error:
            return self.fail(str(error)) if self.sent else self.close()
        if not piece:
            return self.fail(f"closed after {len(self.received)} bytes") if self.sent else self.close()
        if self.sent is None:
            self.driver.failures.append((time.time(), "-", f"{len(piece)} bytes that nobody asked for"))
            return self.close()
        self.received += piece
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return None
        fields = head.lower()
        length = int(fields.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]) if b"content-length:" in fields else 0
        if len(body) < length:
            return None
        if head[9:10] != b"2":
            return self.fail(head.split(b"\r\n", 1)[0].decode("latin-1"))
        self.answered += 1
        self.driver.note(self.sent, time.time())
        self.sent = None
        if b"connection: close" in fields:
            self.close()
        return self.driver.rest(self)

    def fail(self, why):
        on = "a new connection" if self.socket is None or self.answered == 0 else "a kept connection"
        self.driver.failures.append((self.sent, self.method, f"{why}, on {on}, after {time.time() - self.sent:.3f} s"))
        self.sent = None
        self.close()
        self.driver.rest(self)


class Driver:
    """Drives connections to a port until it is told to stop."""

    def __init__(self, port, count, rate):
        self.port, self.pause = port, count / rate
        self.poll, self.connections, self.failures = select.epoll(), {}, []
        self.slices = collections.defaultdict(collections.Counter)
        self.classes, self.running = {}, True
        now = time.time()
        self.due = [(now + self.pause * number / count, number) for number in range(count)]
        self.all = [Connection(self, number) for number in range(count)]

    def note(self, sent, answered):
        took = max(1, int((answered - sent) * 1e6))
        latency = self.classes.get(took)
        if latency is None:
            latency, bound = 0, 1.0
            while bound < took:
                latency, bound = latency + 1, bound * STEP
            if len(self.classes) < 100_000:
                self.classes[took] = latency
        self.slices[int(answered / SLICE)][latency] += 1

    def rest(self, connection):
        """Has the next request on a connection sent a pause after the last, or at once when that is over."""
        self.began[connection.number] = max(self.began[connection.number] + self.pause, time.time())
        heapq.heappush(self.due, (self.began[connection.number], connection.number))

    def run(self):
        self.began = {number: moment for moment, number in self.due}
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "running", False))
        checked = time.time()
        while self.running or any(connection.sent for connection in self.all):
            now = time.time()
            while self.running and self.due and self.due[0][0] <= now:
                self.all[heapq.heappop(self.due)[1]].send()
            wait = min(0.05, max(0, self.due[0][0] - time.time())) if self.running and self.due else 0.05
            for number, _ in self.poll.poll(wait):
                if number in self.connections:
                    self.connections[number].receive()
            if now - checked > 1:
                checked = now
                for connection in self.all:
                    if connection.sent and now - connection.sent > PATIENCE:
                        connection.fail("no answer")
        json.dump({"slices": {k: dict(v) for k, v in self.slices.items()}, "failures": self.failures}, sys.stdout)


class Tally:
    """What became of all requests."""

    def __init__(self, parts):
        self.failures = sorted(tuple(failure) for part in parts for failure in part["failures"])
        self.slices = collections.defaultdict(collections.Counter)
        for part in parts:
            for moment, latencies in part["slices"].items():
                for latency, count in latencies.items():
                    self.slices[int(moment)][int(latency)] += count

    def latencies(self, begin=0, end=1e12):
        total = collections.Counter()
        for moment, latencies in self.slices.items():
            if begin <= moment * SLICE < end:
                total.update(latencies)
        return total

    def count(self, begin=0, end=1e12):
        return self.latencies(begin, end).total()

    def quantile(self, share, begin=0, end=1e12):
        """The seconds that this share of the answers took at most."""
        latencies = self.latencies(begin, end)
        left = share * latencies.total()
        for latency in sorted(latencies):
            left -= latencies[latency]
            if left <= 0:
                return STEP ** latency / 1e6
        return 0.0


class Load:
    """A load on a port that goes on beside everything else until it is stopped."""

    def __init__(self, port, connections=16, rate=2000, processes=2):
        self.processes = [
            subprocess.Popen(
                [sys.executable, __file__, str(port), "--connections", str(connections // processes), "--rate",
                 str(rate / processes), "--drive"], stdout=subprocess.PIPE, text=True)
            for _ in range(processes)]

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        return Tally([json.loads(process.communicate()[0]) for process in self.processes])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--drive", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.drive:
        # As if it came from another machine: what is measured is not to be how long the load itself waits for a core.
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, -10)
        return Driver(options.port, options.connections, options.rate).run()
    load = Load(options.port, options.connections, options.rate)
    time.sleep(options.seconds)
    tally = load.stop()
    for moment, method, why in tally.failures:
        print(f"{clock(moment)}  {method}  {why}")
    print(f"{tally.count():,} answered, {len(tally.failures)} failed, p99 {tally.quantile(0.99) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
