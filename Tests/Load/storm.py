"""Ten thousand pages come back after a restart: `make storm` (R2); then a thousand messages a second
among them (R6).

    python3 Tests/Load/storm.py [--connections N] [--seconds S] [--write]

The relay is killed under the pages and started again. Each page comes back within ten seconds, full
jitter, with the secret that it had; its visit is unknown, so that it checks in anew: two handshakes
each. Counted from the kill. Exit 1 unless all are back within 30 seconds and none was resumed.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import crowd
import figures as page

SPREAD, WITHIN = 10, 30
# Microseconds, relay-added: from the intended time of a message to its reader, all on one machine.
BOUNDS = {"p50_us": 1_000, "p99_us": 10_000, "p999_us": 50_000}


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--connections", type=int, default=crowd.CROWD)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    count, wrong = given.connections, []
    crowd.prepare(count + 2_000)
    begun, on = page.now(), page.machine()
    relay = crowd.relay()
    # A share of all sockets may be strangers: the bound of a relay for as many as come.
    relay.settings["limits"]["connections"] = count
    relay.write_configuration()
    relay.start()
    seal = relay.settings["seal"]
    try:
        with crowd.Crowd(relay, count) as pages:
            relay.wait_for_status(connections=count)
            relay.kill()
            began = time.monotonic()
            pages.tell(f"return {SPREAD}")
            relay.start()
            started = time.monotonic() - began
            back = pages.answer()
            status = relay.status()
            pages.ask("leave")
        relay.kill()
        print(back, flush=True)
        relay.start()
        run = subprocess.run(
            crowd.wsload(relay, "relay", "--conns", count, "--rooms", crowd.ROOMS, "--poisson", "--rate", 1000, "--sleeps",
                         "--warmup", 5, "--duration", given.seconds), capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(run.stdout + run.stderr)
        latency = json.loads(run.stdout)
    finally:
        relay.__exit__()
    if back["back"] != count or back["seconds"] > WITHIN or status["connections"] != count:
        wrong.append(f"{back['back']} back after {back['seconds']} s, the relay has {status['connections']}")
    if back["resumed"]:
        wrong.append(f"{back['resumed']} resumed")
    wrong += [f"{name} {latency[name]:,.0f}" for name, bound in BOUNDS.items() if latency[name] > bound]
    if latency["msgs_per_s"] < 950:
        wrong.append(f"{latency['msgs_per_s']} messages a second")
    text = "\n".join([
        "| | | must |", "|---|---:|---|",
        f"| {count:,} pages back after `kill -9`, jitter {SPREAD} s, seconds | {back['seconds']:.1f} | ≤ {WITHIN} |",
        f"| the relay was there again after, seconds | {started:.2f} | – |",
        f"| resumed; checked in anew | {back['resumed']}; {back['unknown']:,} | 0 |",
        f"| tried again after a refusal or before the relay was there | {back['tried_again']:,} | – |",
        f"| a page's own wait from its first try: median, p99, slowest, s | {back['p50_ms'] / 1e3:.2f}, "
        f"{back['p99_ms'] / 1e3:.2f}, {back['slowest_ms'] / 1e3:.2f} | – |",
        *(f"| 1,000 messages/s among {count:,} for {given.seconds:g} s: {name.removesuffix('_us')}, ms | "
          f"{latency[name] / 1e3:.2f} | ≤ {bound / 1e3:g} |" for name, bound in BOUNDS.items()),
        "", f"Verdict: {'; '.join(wrong) or 'all met'}."])
    print(text)
    if given.write:
        page.write("storm", f"{begun}; {on}; `make storm`; seal {seal}.\n\n{text}\n",
                   {"date": begun, "machine": on, "seal": seal, "back": back, "started": started,
                    "latency": latency, "wrong": wrong})
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
