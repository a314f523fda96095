"""An hour at a third of one core: `make soak`. What grows, and how sure that is.

    python3 Tests/Load/soak.py [--minutes M] [--rate R] [--relay NAME] [--write]

195 patients write to their providers in 5 rooms, each conversation is erased after 50 messages and
begun anew; beside them patients come and go, some of whom are lost. Every ten seconds: resident
bytes, descriptors, threads, and the latency of the messages of those ten seconds. The first sixth,
at most ten minutes, is warm-up: buffers reach their size, the ledger its 8,192 entries, and each
room's memory of its erasures its 4,096 (few rooms, so that this takes minutes).

Exit 1 when memory grows (95 % sure that it does, and by a mebibyte an hour or more), when
descriptors or threads do, or a message was lost. `--relay LeakingRelay` shows that it can.
"""

import argparse
import contextlib
import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import crowd
import figures as page
import plot
import trend
from client import Closed, Patient

PAGES, ROOMS, RENEW, EVERY = 200, 5, 50, 10
MEBIBYTE = 2**20
MOST_GROWTH = MEBIBYTE  # In an hour.


def come_and_go(relay, over):
    """Four patients a second; every eighth is lost and never comes back."""
    for number in itertools.count():
        if over.wait(0.25):
            return
        with contextlib.suppress(OSError, Closed, AssertionError):
            patient = Patient(relay, room="demo", source=f"127.0.3.{number % 200 + 1}")
            if number % 8 == 0:
                patient.reset()
            else:
                patient.command("leave")
                patient.close()


def judge(samples, minutes):
    """The findings, and what is wrong with them."""
    warm_up = min(600, minutes * 60 / 6)
    kept = [s for s in samples if s["second"] >= warm_up]
    wrong, found = [], {"warm_up_seconds": warm_up}
    block = 60 if minutes >= 10 else 10

    def trend_of(name):
        points = trend.blocks([(s["second"], s[name]) for s in kept], block)
        return trend.slope([(t / 3600, v) for t, v in points])

    memory = trend_of("resident")
    found["bytes_an_hour"] = vars(memory)
    if memory.low > 0 and memory.slope >= MOST_GROWTH:
        wrong.append(f"memory grows by {memory.slope / MEBIBYTE:,.1f} MiB an hour")
    tenth = max(3, len(kept) // 10)
    for name in ("descriptors", "threads"):
        first, last = (statistics.median(s[name] for s in part)
                       for part in (kept[:tenth], kept[-tenth:]))
        found[name] = [first, last]
        if last > first + 1:
            wrong.append(f"{name} grow: {first:g} to {last:g}")
    slowest = trend_of("p99_us")
    typical = statistics.median(s["p99_us"] for s in kept)
    found["p99_drift"] = {name: getattr(slowest, name) * minutes / 60 / typical
                          for name in ("slope", "low", "high")}
    found["p50_us"] = statistics.median(s["p50_us"] for s in kept)
    found["p99_us"] = typical
    found["core"] = statistics.fmean(s["core"] for s in kept)
    if slowest.low > 0 and found["p99_drift"]["slope"] >= 0.05:
        wrong.append(f"p99 drifts by {found['p99_drift']['slope']:.0%}")
    return found, wrong


def said(found, wrong, given, messages, erased):
    memory, drift = found["bytes_an_hour"], found["p99_drift"]
    return "\n".join([
        f"{given.minutes:g} minutes at {given.rate:,} messages a second: {found['core']:.2f} of a core; "
        f"{messages:,} messages, each once, in order, intact; {erased // 2:,} conversations erased "
        f"and begun anew. Without the first {found['warm_up_seconds'] / 60:.0f} minutes:",
        "",
        "| | |", "|---|---:|",
        f"| resident memory, MiB an hour (95 %) | {memory['slope'] / MEBIBYTE:+.3f} "
        f"({memory['low'] / MEBIBYTE:+.3f} to {memory['high'] / MEBIBYTE:+.3f}) |",
        f"| descriptors, first tenth and last | {found['descriptors'][0]:g}, {found['descriptors'][1]:g} |",
        f"| threads | {found['threads'][0]:g}, {found['threads'][1]:g} |",
        f"| p50, p99 of ten seconds, medians | {found['p50_us'] / 1e3:.2f} ms, {found['p99_us'] / 1e3:.2f} ms |",
        f"| drift of p99 over the run (95 %) | {drift['slope']:+.1%} ({drift['low']:+.1%} to {drift['high']:+.1%}) |",
        "", f"Verdict: {'; '.join(wrong) or 'no growth is shown'}."])


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--rate", type=int, default=4_000)
    options.add_argument("--relay", default="UnthrottledRelay")
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    crowd.prepare(4_000)
    begun, on = page.now(), page.machine()
    relay = crowd.relay(
        binary=given.relay, is_sealed=given.relay != "LeakingRelay", rooms=ROOMS,
        graces={"provider": "90s", "patient": "30s", "rejoin": "60s"},
        **({"variables": {"LEAK": "trickle"}} if given.relay == "LeakingRelay" else {}))
    relay.start()
    pid, over, samples, last = relay.process.pid, threading.Event(), [], None
    visitors = threading.Thread(target=come_and_go, args=(relay, over), daemon=True)
    try:
        load = subprocess.Popen(
            crowd.wsload(relay, "relay", "--conns", PAGES, "--rooms", ROOMS, "--poisson",
                         "--rate", given.rate, "--sleeps", "--renew", RENEW, "--receipts", 1000, "--warmup", 2,
                         "--duration", given.minutes * 60 + 5, "--report", EVERY),
            stdout=subprocess.PIPE, text=True)
        visitors.start()
        used, at = crowd.cpu(pid), time.monotonic()
        for line in load.stdout:
            last = json.loads(line)
            if "second" not in last:
                break
            now, seconds = crowd.cpu(pid), time.monotonic()
            samples.append({**last, "resident": crowd.resident(pid), "core": (now - used) / (seconds - at),
                            "descriptors": crowd.descriptors(pid), "threads": crowd.threads(pid)})
            used, at = now, seconds
            if len(samples) % 6 == 1:
                print({k: round(v, 2) for k, v in samples[-1].items()}, flush=True)
        code = load.wait(60)
    finally:
        over.set()
        seal = relay.settings["seal"]
        relay.__exit__()
    found, wrong = judge(samples, given.minutes)
    if code or not last.get("ok"):
        wrong.append(f"a message or a connection was lost: {last}")
    text = said(found, wrong, given, last.get("sent", 0), last.get("erased", 0))
    print(text)
    if given.write:
        whole = [(s["second"] / 60, s["resident"] / MEBIBYTE) for s in samples]
        (page.ROOT / "docs/figures/soak.svg").write_text(plot.chart(
            f"Resident memory at {given.rate:,} messages a second", "minutes", "MiB", whole))
        page.write("soak", f"{begun}; {on}; `make soak SOAK_MINUTES={given.minutes:g}`; seal {seal}.\n\n{text}\n\n"
                   "![Resident memory over the run](figures/soak.svg)\n",
                   {"date": begun, "machine": on, "minutes": given.minutes, "rate": given.rate,
                    "seal": seal, "found": found, "wrong": wrong, "samples": samples})
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
