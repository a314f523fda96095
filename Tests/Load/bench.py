"""The micro-benchmarks, and `lethe bench` against a sealed relay without rates: `make bench`.

    python3 Tests/Load/bench.py [--seconds S] [--conversations N] [--write]

The pages of `lethe bench` seal and open for real and share this machine's processors with the relay:
its throughput is the pages', its CPU per message is the relay's. `--write` puts the figures into
docs/figures/bench.json and docs/performance.md.
"""

import argparse
import json
import re
import subprocess

import figures as page
from figures import RELEASE
from relay import environment

# Consoles: one would be the bottleneck.
ROOMS = 10


def micro():
    """Nanoseconds and allocations of each, as `RelayBenchmarks` prints them."""
    run = subprocess.run([RELEASE / "RelayBenchmarks"], capture_output=True, text=True, check=True)
    print(run.stdout, flush=True)
    line = re.compile(r"(.+?)\s+([\d.]+) ns\s+([\d.]+) allocations")
    return [{"name": name, "nanoseconds": float(time), "allocations": float(count)}
            for name, time, count in (line.fullmatch(text).groups()
                                      for text in run.stdout.splitlines() if text)]


def running_relay(given):
    limits = {"connections-per-address": 10_000, "new-connections-per-second": 10_000,
              "visits-per-address": 1_000}
    with page.relay(rooms=ROOMS, limits=limits) as relay:
        links = "\n".join(relay.invite(room=f"room{number}") for number in range(ROOMS))
        run = subprocess.run(
            [RELEASE / "lethe", "bench", "--sign-in", "-", "--control-socket", relay.control,
             "--ca", relay.directory / "certs/development-ca.pem", "--unpaced",
             "--conversations", str(given.conversations), "--seconds", str(given.seconds)],
            input=links, stdout=subprocess.PIPE, text=True, env=environment())
    table, found, rest = run.stdout.partition("\n{")
    print(table, flush=True)
    if run.returncode != 0:
        raise SystemExit(run.returncode)
    return json.loads(found.strip() + rest)


def table(micro, relay):
    lines = ["| | ns | allocations |", "|---|---:|---:|"]
    lines += [f"| {row['name']} | {row['nanoseconds']:,.0f} | {row['allocations']:.2f} |"
              for row in micro]
    lines += ["", f"| `lethe bench`, {relay['conversations']} sealed conversations, texts of "
              f"{relay['text_bytes']} bytes | closed loop | open loop |", "|---|---:|---:|"]
    loops = [relay["closed_loop"], relay["open_loop"]]
    lines.append("| messages/s | " + " | ".join(f"{loop['messages_per_second']:,.0f}" for loop in loops)
                 + " |")
    for name, member in (("p50", "p50"), ("p99", "p99"), ("p99.9", "p999")):
        lines.append(f"| {name} | " + " | ".join(f"{loop[f'{member}_microseconds'] / 1e3:.2f} ms"
                                                 for loop in loops) + " |")
    lines.append("| the relay's CPU, seconds per million messages | "
                 + " | ".join(f"{loop['server_cpu_seconds_per_million_messages']:.1f}"
                              for loop in loops) + " |")
    handshakes = relay["handshakes"]
    lines += ["", f"{handshakes['per_second']:,.0f} handshakes a second (TLS, upgrade, goodbye; as fast "
              f"as these clients could), {handshakes['server_cpu_microseconds']:.0f} µs of the relay's "
              f"CPU each; {relay['bytes_per_idle_connection']:,} resident bytes per connection at "
              f"{relay['connections']}. {relay['delivered']:,} messages, each once, in order, intact."]
    return "\n".join(lines) + "\n"


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--conversations", type=int, default=100)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    begun, on = page.now(), page.machine()
    print(on, flush=True)
    small, relay = micro(), running_relay(given)
    if given.write:
        text = f"{begun}; {on}; `make bench`.\n\n{table(small, relay)}"
        page.write("bench", text, {"date": begun, "machine": on, "command": "make bench",
                                   "micro": small, "relay": relay})


if __name__ == "__main__":
    main()
