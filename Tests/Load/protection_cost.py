"""What the seal and the wiping cost: CPU of a message and of a handshake, with each on and off.

    python3 Tests/Load/protection_cost.py [--rounds N] [--seconds S] [--write]

`make bench-protection`. The four relays are the product but for their rates; without the wiping it is
`UnwipedRelay`, without the seal the kernel says that it has neither seccomp nor Landlock and locks no
memory (unsealed.c). They are measured in turn, in the same minutes, as `make bench-peers` does it.
"""

import argparse
import pathlib
import shutil
import subprocess
import tempfile
import time

import bench_peers
import crowd
import figures as page

HERE = pathlib.Path(__file__).resolve().parent
RELAYS = ("both", "seal alone", "wiping alone", "neither")


def relays(directory):
    shim = directory / "unsealed.so"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", shim, HERE / "unsealed.c", "-ldl"], check=True)
    for name in RELAYS:
        binary = "UnthrottledRelay" if name in ("both", "wiping alone") else "UnwipedRelay"
        is_sealed = name in ("both", "seal alone")
        given = {} if is_sealed else {"variables": {"LD_PRELOAD": str(shim)}}
        relay = bench_peers.Lethe(directory, binary=binary, is_sealed=is_sealed, **given)
        relay.name = name
        relay.start()
        status = relay.relay.status()
        relay.stop()
        lacking = {"seccomp", "landlock", "memory-lock"} & set(status["missing"])
        assert is_sealed == (not lacking), (name, status["seal"], status["missing"])
        yield relay


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=2, help="of each measurement")
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    crowd.prepare(4_000)
    wanted = [figure for figure in bench_peers.figures(given.seconds)
              if figure.name in ("one", "eight", "handshake", "arrival")]
    begun, on = page.now(), page.machine()
    print(on, flush=True)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="lethe-protection-"))
    servers = []
    results = {figure.name: {name: [] for name in RELAYS} for figure in wanted}
    try:
        for relay in relays(directory):
            servers.append(relay)
        for number in range(given.rounds):
            for figure in wanted:
                # Whoever came first in one round comes last in the next.
                for server in servers if number % 2 == 0 else reversed(servers):
                    run = bench_peers.measure(figure, server)
                    results[figure.name][server.name].append(run)
                    print(f"round {number + 1}  {figure.name:10} {server.name:13} "
                          f"{run[figure.field]:8.1f} µs", flush=True)
    finally:
        for server in servers:
            server.close()
        shutil.rmtree(directory)
    lines = ["| CPU, µs | " + " | ".join(RELAYS) + " |", "|---|" + "---:|" * len(RELAYS)]
    for figure in wanted:
        medians = [bench_peers.median(results[figure.name][name], figure.field) for name in RELAYS]
        cells = [f"{medians[0]:,.1f}"] + [f"{value:,.1f} (× {value / medians[0]:.2f})" for value in medians[1:]]
        title = figure.title.removeprefix("CPU of ").split(", or an MQTT")[0]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    table = "\n".join(lines)
    print(f"\n{table}")
    if given.write:
        command = "make bench-protection"
        page.write("protection", f"{begun}; {on}; `{command}`, {given.rounds} rounds of {given.seconds:g} s; "
                   f"medians, and in brackets the ratio to both.\n\n{table}\n", {
                       "date": begun, "machine": on, "command": command, "rounds": given.rounds,
                       "seconds": given.seconds, "runs": results})


if __name__ == "__main__":
    begun = time.monotonic()
    main()
    print(f"{time.monotonic() - begun:.0f} s")
