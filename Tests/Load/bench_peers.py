"""A peer and Lethe in turn, in the same minutes, with the same generator: `make bench-peers`.

    python3 Tests/Load/bench_peers.py [--rounds N] [--seconds S] [--only NAME …] [--write]

Each figure is taken from servers that were started for it, pinned to one core, the generator to
another; a round takes it from every server once, and the medians of the rounds are compared. Lethe
is `UnthrottledRelay`: the product but for its rates, sealed and with zero-on-free. Every message is
checked: once, in order, intact; a figure from a run that lost one is no figure, and ends this.

`--write` puts the figures into docs/figures/peers.json and the table into docs/performance.md.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import crowd  # noqa: E402
import figures as page  # noqa: E402

SERVER_CORE, GENERATOR_CORE = 0, 1
# A body of 256 bytes and its header: what a short message is on the wire.
BODY, FRAME = 256, 280
PAIRS, CONNECTIONS, MANY = 100, 5_000, 10_000
# Saturated: the server has its core to itself, and uses it.
BUSY = ("server_util", 0.85)


def pin():
    os.sched_setaffinity(0, {SERVER_CORE})


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
        return True
    except OSError:
        return False


class Lethe:
    name, protocol, size = "lethe", "lethe", BODY

    def __init__(self, directory, **given):
        self.relay = crowd.relay(**given)
        self.port = self.relay.port
        for name in ("pem", "key"):
            source = self.relay.directory / f"certs/localhost.{name}"
            target = directory / {"pem": "cert.pem", "key": "key.pem"}[name]
            shutil.copy(source, target)
            target.chmod(0o600)

    def start(self):
        self.relay.start(preexec_fn=pin)
        return [self.relay.process.pid]

    def stop(self):
        self.relay.kill()

    def options(self, mode, connections):
        rooms = connections // 2 if connections <= 2 * PAIRS else crowd.ROOMS
        if mode == "handshake":
            rooms = crowd.ROOMS
        return ["--tokens", str(crowd.tokens_of(self.relay)), "--rooms", str(rooms)]

    def close(self):
        self.relay.__exit__()


class Peer:
    size = FRAME

    def __init__(self, directory):
        self.directory = directory

    def start(self):
        self.process = subprocess.Popen(
            self.command, cwd=self.directory, preexec_fn=pin, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not listens(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{self.name} did not start: {' '.join(self.command)}")
            time.sleep(0.05)
        return [self.process.pid, *children(self.process.pid)]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def options(self, mode, connections):
        return []

    def close(self):
        pass


class Mosquitto(Peer):
    name, protocol, port = "mosquitto", "mqtt", 9445
    command = ["mosquitto", "-c", str(HERE / "peers/mosquitto.conf")]


class Bare(Peer):
    """SwiftNIO, and nothing of Lethe (peers/bare)."""
    name, protocol, port = "bare", "raw", 9447
    command = [str(page.ROOT / ".build/release/BareRelay"), str(port), "cert.pem", "key.pem"]


class Nats(Peer):
    name, protocol, port = "nats", "nats", 9444

    def __init__(self, directory):
        super().__init__(directory)
        self.command = [str(page.ROOT / ".venv/bin/nats-server"), "-c", str(directory / "nats.conf")]
        shutil.copy(HERE / "peers/nats.conf", directory)


class Nginx(Peer):
    name, protocol, port = "nginx", "nchan", 9446

    def __init__(self, directory):
        super().__init__(directory)
        self.command = ["nginx", "-p", str(directory), "-c", str(directory / "nginx.conf")]
        shutil.copy(HERE / "peers/nginx.conf", directory)


def children(pid):
    time.sleep(0.2)
    found = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


class Figure:
    """One row: what the generator is asked for, and which of its answers is the figure."""

    def __init__(self, name, title, unit, field, servers, *arguments, connections=2 * PAIRS,
                 rounds=None, must=None, needs=None):
        self.name, self.title, self.unit, self.field = name, title, unit, field
        self.servers, self.arguments, self.connections = servers, arguments, connections
        self.rounds = rounds
        self.must = must or {}  # By peer, or None: of the figure itself.
        self.needs = needs  # A field and its least value, or the figure is of another load.

    def missing(self, runs):
        """Of which load these runs are not, in words."""
        if not self.needs or median(runs, self.needs[0]) >= self.needs[1]:
            return None
        return f"{self.needs[0]} {median(runs, self.needs[0]):,.2f}, needs {self.needs[1]:,}"


def figures(seconds):
    relay = ("relay", "--bidir", "--warmup", "1", "--duration", str(seconds), "--poisson")
    handshake = ("handshake", "--warmup", "0.5", "--duration", str(seconds), "--par", "32")
    cpu = "server_sched_us"
    return [
        Figure("one", "CPU of a message, saturated, one in flight", "µs", cpu,
               ["lethe", "mosquitto", "nats", "nginx", "bare"], *relay, "--window", "1",
               must={"mosquitto": 0.95, "nats": 0.62}, needs=BUSY),
        Figure("eight", "CPU of a message, saturated, eight in flight", "µs", cpu,
               ["lethe", "mosquitto", "nats", "bare"], *relay, "--window", "8",
               must={"nats": 1.05}, needs=BUSY),
        Figure("paced", "CPU of a message at 20,000 messages/s", "µs", cpu,
               ["lethe", "mosquitto", "nats", "bare"], *relay, "--rate", "20000",
               must={"mosquitto": 0.70}, needs=("msgs_per_s", 19_000)),
        Figure("handshake", "CPU of a full handshake, to the 101", "µs", cpu,
               ["lethe", "mosquitto", "bare"], *handshake, "--upgrade-only", must={"mosquitto": 0.70}),
        Figure("arrival", "the same, to a patient's check-in and leaving, or an MQTT subscription",
               "µs", cpu, ["lethe", "mosquitto"], *handshake),
        Figure("idle", "resident bytes of an idle connection, 5,000, one message each", "bytes",
               "touched_rss_per_conn", ["lethe", "mosquitto"], "idle", "--touch", "--settle", "2",
               connections=CONNECTIONS, rounds=1, must={None: 24_000}),
        Figure("many", "10,000 connections, 1,000 messages/s of patients: p50 to the reader", "µs",
               "p50_us", ["lethe"], "relay", "--warmup", "1", "--duration", str(seconds),
               "--rate", "1000", "--poisson", connections=MANY, rounds=1, must={None: 1_000},
               needs=("msgs_per_s", 950)),
    ]


def measure(figure, server):
    pids = server.start()
    try:
        mode, *rest = figure.arguments
        run = subprocess.run(
            [crowd.WSLOAD, mode, *rest, "--proto", server.protocol, "--port", str(server.port),
             "--conns", str(figure.connections), "--size", str(server.size),
             "--pid", ",".join(map(str, pids)), "--cpu", str(GENERATOR_CORE),
             "--label", server.name, *server.options(mode, figure.connections)],
            capture_output=True, text=True)
    finally:
        server.stop()
    if run.returncode != 0:
        raise SystemExit(f"{figure.name}, {server.name}: a message was lost, or a connection:\n"
                         f"{run.stdout}{run.stderr}")
    return json.loads(run.stdout)


def median(runs, field):
    return statistics.median(run[field] for run in runs)


def rows(wanted, results):
    """Per figure: the medians by server, and Lethe's ratios."""
    for figure in wanted:
        taken = results[figure.name]
        medians = {name: median(runs, figure.field) for name, runs in taken.items() if runs}
        ratios = {name: medians["lethe"] / value for name, value in medians.items()
                  if name != "lethe" and value}
        yield figure, medians, ratios


def carries_most(name, taken):
    """Whoever has carried the most messages of all, and had time left, was not short of load."""
    carried = {name: median(runs, "msgs_per_s") for name, runs in taken.items()
               if runs and "msgs_per_s" in runs[0]}
    return bool(carried) and carried.get(name) == max(carried.values())


def verdict(figure, taken, medians, ratios):
    """Whether the budget is met; nothing, where the load was not the one that it is about."""
    wrong = {name: figure.missing(runs) for name, runs in taken.items()
             if runs and not carries_most(name, taken)}
    said = [f"not judged: {name} had {words}" for name, words in wrong.items() if words]
    if said:
        return "; ".join(said)
    for peer, bound in figure.must.items():
        value = medians["lethe"] if peer is None else ratios.get(peer)
        if value is None:
            continue
        word = "met" if value <= bound else "MISSED"
        said.append(f"≤ {bound:,} {'to ' + peer if peer else figure.unit}: {word}")
    return "; ".join(said) or "–"


def table(wanted, results):
    lines = ["| | Lethe | mosquitto | nats-server | nginx, nchan | SwiftNIO alone | must |",
             "|---|---:|---:|---:|---:|---:|---|"]
    for figure, medians, ratios in rows(wanted, results):
        digits = 1 if figure.unit == "µs" and medians["lethe"] < 1_000 else 0
        cells = [f"{medians['lethe']:,.{digits}f}"]
        for peer in ("mosquitto", "nats", "nginx", "bare"):
            cells.append(f"{medians[peer]:,.{digits}f} (× {ratios[peer]:.2f})"
                         if peer in medians else "")
        title = f"{figure.title}, {figure.unit}"
        lines.append(f"| {title} | {' | '.join(cells)} | {verdict(figure, results[figure.name], medians, ratios)} |")
    return "\n".join(lines)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=2, help="of each measurement")
    options.add_argument("--only", nargs="*", help="names of figures")
    options.add_argument("--lethe-alone", action="store_true")
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    crowd.prepare(MANY + 2_000)
    wanted = [figure for figure in figures(given.seconds) if not given.only or figure.name in given.only]
    begun, began, on = page.now(), time.monotonic(), page.machine()
    print(on, flush=True)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="lethe-peers-"))
    servers = {}
    try:
        for kind in (Lethe,) if given.lethe_alone else (Lethe, Mosquitto, Nats, Nginx, Bare):
            servers[kind.name] = kind(directory)
        seal = servers["lethe"].relay.settings["seal"]
        results = {figure.name: {name: [] for name in figure.servers} for figure in wanted}
        for number in range(given.rounds):
            for figure in wanted:
                if number >= (figure.rounds or given.rounds):
                    continue
                for name in figure.servers:
                    if name not in servers:
                        continue
                    run = measure(figure, servers[name])
                    results[figure.name][name].append(run)
                    print(f"round {number + 1}  {figure.name:10} {name:10} "
                          f"{run[figure.field]:10.1f} {figure.unit:6}"
                          f"{run.get('msgs_per_s') or run.get('handshakes_per_s') or 0:8.0f}/s",
                          flush=True)
    finally:
        for server in servers.values():
            server.close()
        shutil.rmtree(directory)
    print(f"\n{table(wanted, results)}\n\n{time.monotonic() - began:.0f} s")
    if given.write:
        command = "make bench-peers"
        text = (f"{begun}; {on}; `{command}`, {given.rounds} rounds of {given.seconds:g} s; "
                f"seal {seal}; medians, and in brackets Lethe's ratio to the peer.\n\n"
                f"{table(wanted, results)}\n")
        page.write("peers", text, {
            "date": begun, "machine": on, "command": command,
            "rounds": given.rounds, "seconds": given.seconds, "body": BODY, "frame": FRAME,
            "seal": seal,
            "figures": [
                {"name": figure.name, "title": figure.title, "unit": figure.unit,
                 "must": {peer or "lethe": bound for peer, bound in figure.must.items()},
                 "medians": medians, "ratios": ratios, "runs": results[figure.name]}
                for figure, medians, ratios in rows(wanted, results)]})


if __name__ == "__main__":
    main()
