"""What a message costs, however many wait, however much is held: `make growth`.

    python3 Tests/Load/growth.py [--rounds N] [--seconds S] [--only NAME …] [--write]

The relay is sealed, its rates lifted (`UnthrottledRelay`), on one core; `wsload` on another. CPU is that
of all threads of the relay, from the scheduler's account; a dot is a round, the line joins medians.
A round goes through all sizes, so that what else the machine does falls on each of them.

Exit 1 where cost grows: where the median at any size is above 1.5 times that at the smallest.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import bench_peers
import crowd
import figures as page
import plot
from client import Patient

MOST = 1.5
HELD, STEP = 2_000, 200
IN_FRONT = 10


def run(relay, mode, *arguments):
    # Anew: the pages of the measurement before may still come back to this one.
    relay.kill()
    relay.start(preexec_fn=bench_peers.pin)
    found = subprocess.run(
        crowd.wsload(relay, mode, "--cpu", bench_peers.GENERATOR_CORE, *arguments),
        capture_output=True, text=True)
    if found.returncode:
        raise SystemExit(f"a message was lost, or a connection:\n{found.stdout}{found.stderr}")
    return [json.loads(line) for line in found.stdout.splitlines()]


def of_a_message(relay, seconds, pages, rooms):
    """Of one patient who writes, eight messages in flight; all others wait."""
    found = run(relay, "relay", "--conns", pages, "--rooms", rooms, "--senders", 1, "--window", 8,
                "--warmup", 0.5, "--duration", seconds)
    return found[-1]["server_sched_us"]


def by_queue(relay, seconds):
    # With their provider an even number of connections.
    for waiting in (1, 9, 99, 399, 999):
        yield waiting, of_a_message(relay, seconds, waiting + 1, 1)


def by_rooms(relay, seconds):
    for rooms in (1, 10, 50, 100, crowd.ROOMS):
        yield rooms, of_a_message(relay, seconds, 2 * rooms, rooms)


def by_held(relay, seconds):
    for step in run(relay, "fill", "--conns", 200, "--rooms", 100, "--window", 8, "--renew", 0,
                    "--step", STEP, "--upto", HELD):
        yield step["held"], step["server_sched_us"]


def by_change(relay, seconds):
    """The first of the queue leaves: everybody's place changes. CPU of the relay for each page."""
    yield from (found[:2] for found in changes(relay))


def changes(relay):
    """(waiting, CPU microseconds of a change for each page, bytes that each page was sent)."""
    pid = relay.process.pid
    for waiting in (99, 299, 599, 979):
        front = [Patient(relay, room="room0") for _ in range(IN_FRONT)]
        with crowd.Crowd(relay, waiting + 1, rooms=1) as pages:
            time.sleep(1)
            before, used = pages.status()["heard"], crowd.cpu(pid)
            for patient in front:
                patient.command("leave")
                patient.closing()
                time.sleep(0.1)
            used = crowd.cpu(pid) - used
            heard = pages.status()["heard"] - before
            pages.ask("leave")
        relay.wait_for_status(connections=0, visits=0)
        yield waiting, used / IN_FRONT / waiting * 1e6, heard / IN_FRONT / waiting


def grows(points):
    """The largest median over that of the smallest size, and whether that is growth."""
    sizes = sorted({x for x, _ in points})
    medians = [statistics.median(y for x, y in points if x == size) for size in sizes]
    ratio = max(medians) / medians[0]
    return ratio, ratio > MOST


CURVES = [
    ("queue", "a message, by patients in the room", "patients in the room", "CPU of a message, µs", True, by_queue),
    ("rooms", "a message, by rooms in use", "rooms in use", "CPU of a message, µs", True, by_rooms),
    ("held", "a message, by messages held before it", "messages held in the conversation",
     "CPU of a message, µs", False, by_held),
    ("change", "a change at the front of the queue, for each page", "patients in the queue",
     "CPU for each page, µs", False, by_change),
]


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=1.5, help="of each measurement")
    options.add_argument("--only", nargs="*")
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    crowd.prepare(4_000)
    begun, on = page.now(), page.machine()
    relay = crowd.relay()
    seal, found, heard, wrong = relay.settings["seal"], {}, [], []
    wanted = [curve for curve in CURVES if not given.only or curve[0] in given.only]
    try:
        for number in range(given.rounds):
            for name, *_, measure in wanted:
                relay.start(preexec_fn=bench_peers.pin)
                for x, y in measure(relay, given.seconds):
                    found.setdefault(name, []).append((x, y))
                relay.kill()
            print(f"round {number + 1}", {n: [round(y, 2) for _, y in p[-5:]] for n, p in found.items()}, flush=True)
        if any(name == "change" for name, *_ in wanted):
            relay.start(preexec_fn=bench_peers.pin)
            heard = [(x, each) for x, _, each in changes(relay)]
            relay.kill()
    finally:
        relay.__exit__()
    lines = ["| CPU, µs | smallest size | largest size | largest median to that of the smallest | must |",
             "|---|---:|---:|---:|---|"]
    for name, title, _, _, _, _ in wanted:
        points = found[name]
        least, most = min(x for x, _ in points), max(x for x, _ in points)
        ratio, is_growth = grows(points)
        if is_growth:
            wrong.append(f"{title}: grows, × {ratio:.2f}")
        cells = [f"{statistics.median(y for x, y in points if x == size):.2f} at {size:,}" for size in (least, most)]
        lines.append(f"| {title} | {' | '.join(cells)} | {ratio:.2f} | ≤ {MOST}: {'MISSED' if is_growth else 'met'} |")
    if heard:
        ratio, is_growth = grows(heard)
        if is_growth:
            wrong.append(f"bytes of a change for each page: × {ratio:.2f}")
        lines.append(f"| bytes that each page is sent for a change | {heard[0][1]:.1f} at {heard[0][0]:,} | "
                     f"{heard[-1][1]:.1f} at {heard[-1][0]:,} | {ratio:.2f} | ≤ {MOST}: {'MISSED' if is_growth else 'met'} |")
        # The same judge must see what does grow: the whole queue's bytes.
        assert grows([(x, x * each) for x, each in heard])[1]
    text = "\n".join([*lines, "", f"Verdict: {'; '.join(wrong) or 'no cost grows'}."])
    print(text)
    if given.write:
        for name, title, x_label, y_label, is_log, _ in wanted:
            points = found[name]
            line = [(x, statistics.median(y for size, y in points if size == x)) for x in sorted({x for x, _ in points})]
            (page.ROOT / f"docs/figures/growth-{name}.svg").write_text(plot.chart(
                f"CPU of {title}", x_label, y_label, points, line, is_log=is_log))
        pictures = "\n".join(f"![CPU of {title}](figures/growth-{name}.svg)" for name, title, *_ in wanted)
        page.write("growth", f"{begun}; {on}; `make growth`, {given.rounds} rounds; seal {seal}.\n\n{text}\n\n{pictures}\n",
                   {"date": begun, "machine": on, "rounds": given.rounds, "seconds": given.seconds, "seal": seal,
                    "points": found, "bytes": heard, "wrong": wrong})
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
