"""Fifty who flood beside a thousand who chat: `make floods` (R11).

    python3 Tests/Load/floods.py [--seconds S] [--relay NAME] [--write]

A thousand pages write 200 messages a second, alone and then beside the floods: each flooder has an
address of its own, sends 2,000 frames at once, is closed, and comes back, five times a second: as
often as the relay lets an address. The relay is `lethe`, sealed; only the bounds for one address are
raised, because all who chat have the same.

Exit 1 unless those who chat have each message, once, with a p99 within 20 ms, and every flood ends
with 4029 within 2 seconds. `--relay UnthrottledRelay`, which stops no flood, shows that it can.
"""

import argparse
import collections
import contextlib
import json
import multiprocessing
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import crowd
import figures as page
from client import Closed, Patient

FLOODERS, PROCESSES, FRAMES, PAUSE = 50, 5, 2_000, 0.2
PAGES, RATE = 1_000, 200
MOST_P99, MOST_SECONDS = 20_000, 2


def flood(relay, number, over, found):
    while not over.is_set():
        began = time.monotonic()
        code = None
        with contextlib.suppress(OSError, AssertionError):
            flooder = Patient(relay, room=f"room{number}", greet=False, source=f"127.0.4.{number + 1}")
            began = time.monotonic()
            try:
                flooder.send_raw(flooder.frame(1, b'{"type":"ping"}') * FRAMES)
                code = flooder.closing(timeout=10)
            except Closed as closed:
                code = closed.code
        found.put((code, time.monotonic() - began))
        over.wait(max(0, PAUSE - (time.monotonic() - began)))


def flooders(relay, first, over, found):
    os.nice(19)  # Those who flood have machines of their own; here they would take that of the others.
    each = FLOODERS // PROCESSES
    threads = [threading.Thread(target=flood, args=(relay, first + n, over, found), daemon=True) for n in range(each)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def chat(relay, seconds):
    run = subprocess.run(
        crowd.wsload(relay, "relay", "--conns", PAGES, "--rooms", crowd.ROOMS, "--poisson", "--rate", RATE, "--sleeps",
                     "--warmup", 2, "--duration", seconds), capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"a message or a connection was lost:\n{run.stdout}{run.stderr}")
    return json.loads(run.stdout)


@contextlib.contextmanager
def floods(relay):
    """Yields a list of (close code or None, seconds), complete when the floods are over."""
    over, found, ends = multiprocessing.Event(), multiprocessing.Queue(), []
    processes = [multiprocessing.Process(target=flooders, args=(relay, n * FLOODERS // PROCESSES, over, found))
                 for n in range(PROCESSES)]
    for process in processes:
        process.start()
    yield ends
    over.set()
    while any(process.is_alive() for process in processes) or not found.empty():
        with contextlib.suppress(queue.Empty):
            ends.append(found.get(timeout=0.1))
    for process in processes:
        process.join()


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--relay", default="lethe")
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    crowd.prepare(4_000)
    begun, on, wrong = page.now(), page.machine(), []
    relay = crowd.relay(binary=given.relay)
    seal = relay.settings["seal"]
    relay.start()
    try:
        alone = chat(relay, given.seconds)
        relay.kill()
        relay.start()
        with floods(relay) as ends:
            beside = chat(relay, given.seconds)
        errors = relay.status()["protocol_errors"]
    finally:
        relay.__exit__()
    codes = collections.Counter(code for code, _ in ends)
    slowest = max(seconds for _, seconds in ends)
    if beside["p99_us"] > MOST_P99:
        wrong.append(f"p99 {beside['p99_us'] / 1e3:.1f} ms")
    if set(codes) != {4029}:
        wrong.append(f"floods ended with {dict(codes)}")
    if slowest > MOST_SECONDS:
        wrong.append(f"a flood lasted {slowest:.1f} s")
    text = "\n".join([
        f"| {PAGES:,} pages, {RATE} messages/s, {given.seconds:g} s | alone | beside {FLOODERS} floods | must |", "|---|---:|---:|---|",
        *(f"| {name.removesuffix('_us')}, ms | {alone[name] / 1e3:.2f} | {beside[name] / 1e3:.2f} | "
          f"{f'≤ {MOST_P99 / 1e3:g}' if name == 'p99_us' else '–'} |" for name in ("p50_us", "p99_us", "p999_us")),
        f"| floods of {FRAMES:,} frames, closed with 4029 | – | {codes[4029]:,} of {len(ends):,} | all |",
        f"| the longest, from its first frame, s | – | {slowest:.2f} | ≤ {MOST_SECONDS} |",
        "", f"Verdict: {'; '.join(wrong) or 'all met'}."])
    print(text)
    if given.write:
        page.write("floods", f"{begun}; {on}; `make floods`; seal {seal}.\n\n{text}\n",
                   {"date": begun, "machine": on, "seal": seal, "alone": alone, "beside": beside,
                    "codes": {str(code): count for code, count in codes.items()}, "slowest": slowest,
                    "protocol_errors": errors, "wrong": wrong})
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
