"""Ten thousand pages, held: `make hold` (R1), and what an erasure costs among them (R20).

    python3 Tests/Load/hold.py [--minutes M] [--write]

The relay is sealed (`UnthrottledRelay`: conversations of 2,000 messages have to be filled first). A
hundred pages come and go before the baseline is taken, so that it has its code in memory. Then:

1. 10,000 connections of TLS 1.3 stay, and answer the relay's pings. None is closed unasked.
2. Among them a provider closes a chat of 2,000 messages, a hundred times: trigger to `erased`.
3. Among them providers are lost: `erased` comes a grace later.
4. A hundred sockets are cut, to see that exactly these are counted.
5. All leave. Resident memory returns; a page that goes on measures the longest pause meanwhile.

Exit 1 when a bound is missed.
"""

import argparse
import concurrent.futures
import itertools
import pathlib
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import crowd
import figures as page
import plot
import trend
from client import MESSAGE, Patient, Provider, body

GRACE, CUT, ERASURES, HELD, LOSSES = 5, 100, 100, 2_000, 5
MOST_BYTES, MOST_ERASURE, BACK_WITHIN = 64 * 1024, 0.050, 120
EXTRA_ROOMS = 4
MEBIBYTE = 2**20


def hold(relay, pages, minutes):
    """Samples of each ten seconds."""
    pid, began, samples = relay.process.pid, time.monotonic(), []
    used, at = crowd.cpu(pid), began
    while time.monotonic() - began < minutes * 60:
        time.sleep(max(0, began + 10 * (len(samples) + 1) - time.monotonic()))
        now, seconds = crowd.cpu(pid), time.monotonic()
        samples.append({
            "second": seconds - began, "resident": crowd.resident(pid), "core": (now - used) / (seconds - at),
            "descriptors": crowd.descriptors(pid), "threads": crowd.threads(pid),
            "connections": relay.status()["connections"], **pages.status()})
        used, at = now, seconds
        if len(samples) % 12 == 1:
            print({k: round(v, 2) for k, v in samples[-1].items()}, flush=True)
    return samples


def erasures(relay):
    """Seconds from `close_chat` to `erased`, of chats with 2,000 messages."""
    provider = Provider(relay, room="demo")
    patient = Patient(relay, room="demo")
    provider.sync()
    content, found = body("one of many") , []
    for _ in range(ERASURES):
        patient.sync()
        chat = patient.conversation
        for first in range(1, HELD + 1, 100):
            frames = [patient.header(MESSAGE, chat, n) + content for n in range(first, first + 100)]
            patient.send_raw(b"".join(patient.frame(2, frame) for frame in frames))
            provider.incoming(MESSAGE, conversation=chat["conversation"], number=first + 99, timeout=30)
        provider.frames.clear()
        began = time.perf_counter()
        provider.command("close_chat", conversation=chat["conversation"])
        told = provider.notice("erased", conversation=chat["conversation"])
        found.append(time.perf_counter() - began)
        assert told["messages"] == HELD, told
        patient.notice("erased", conversation=chat["conversation"])
        patient.frames.clear()
        if patient.conversation["conversation"] == chat["conversation"]:
            patient.notice("conversation")
    patient.command("leave")
    provider.command("sign_out")
    return found


def losses(relay):
    """Seconds from the loss of a provider to the erasure, as the patient is told."""
    rooms = ["demo", "nurse", *(f"room{crowd.ROOMS + n}" for n in range(EXTRA_ROOMS))]

    def lose(room):
        provider = Provider(relay, "park" if room == "nurse" else "rivera", room=room)
        patient = Patient(relay, room=room)
        provider.sync()
        patient.message(patient.conversation, "are you there?")
        provider.incoming(MESSAGE)
        provider.reset()
        began = time.monotonic()
        assert patient.notice("erased", timeout=30)["cause"] == "provider_lost"
        took = time.monotonic() - began
        patient.command("leave")
        patient.close()
        return took

    with concurrent.futures.ThreadPoolExecutor(len(rooms)) as pool:
        return [took for _ in range(LOSSES) for took in pool.map(lose, rooms)]


class Watch(threading.Thread):
    """A page that asks for the time, fifty times a second: how long the slowest answer took."""

    def __init__(self, relay):
        super().__init__(daemon=True)
        self.page, self.over, self.waits = Patient(relay, room="demo"), threading.Event(), []
        self.start()

    def run(self):
        for _ in itertools.count():
            began = time.perf_counter()
            self.page.sync()
            self.waits.append((time.monotonic(), time.perf_counter() - began))
            self.page.notices.clear()
            if self.over.wait(0.02):
                return


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--connections", type=int, default=crowd.CROWD)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    count, wrong = given.connections, []
    crowd.prepare(count + 2_000)
    begun, on = page.now(), page.machine()
    # Of those who are cut nothing stays for longer than the graces: short, so that it is seen to go.
    relay = crowd.relay(rooms=crowd.ROOMS + EXTRA_ROOMS,
                        graces={"provider": f"{GRACE}s", "patient": "10s", "rejoin": "20s"})
    relay.start()
    pid, seal = relay.process.pid, relay.settings["seal"]
    try:
        with crowd.Crowd(relay, 100, rooms=10) as first:
            first.ask("leave")
        relay.wait_for_status(connections=0)
        time.sleep(2)
        baseline = crowd.resident(pid)
        began = time.monotonic()
        with crowd.Crowd(relay, count) as pages:
            opening = time.monotonic() - began
            print(f"{pages.first['ready']:,} open in {opening:.1f} s", flush=True)
            samples = hold(relay, pages, given.minutes)
            each = (max(s["resident"] for s in samples) - baseline) / count
            least = min(min(s["ready"], s["connections"]) for s in samples)
            unasked = samples[-1]["lost"]
            took = erasures(relay)
            slowest = trend.percentile(took, 0.99)
            print(f"erasures: median {statistics.median(took) * 1e3:.1f} ms, p99 {slowest * 1e3:.1f} ms", flush=True)
            lost = losses(relay)
            print(f"providers lost: {min(lost):.2f} to {max(lost):.2f} s", flush=True)
            unasked += pages.status()["lost"] - samples[-1]["lost"]
            watch = Watch(relay)
            cut = pages.ask(f"cut {CUT}")
            held = relay.status()["connections"]
            pages.ask("leave")
            began, at_leaving = time.monotonic(), crowd.resident(pid)
            most, after = at_leaving, []
            while time.monotonic() - began < BACK_WITHIN:
                after.append((time.monotonic() - began, crowd.resident(pid)))
                most = max(most, after[-1][1])
                if after[-1][0] > 5 and after[-1][1] <= 1.1 * baseline:
                    break
                time.sleep(0.25)
            watch.over.set()
            back, resident_after = after[-1]
    finally:
        relay.__exit__()
    if unasked or least < count:
        wrong.append(f"{unasked} closed unasked, {least} seen at the least")
    if each > MOST_BYTES:
        wrong.append(f"{each:,.0f} bytes each")
    if cut["lost"] - unasked != CUT or held != count - CUT + 1:
        wrong.append(f"{CUT} were cut, {cut['lost']} counted, the relay has {held}")
    if resident_after > 1.1 * baseline:
        wrong.append(f"{resident_after / MEBIBYTE:.1f} MiB after they left, baseline {baseline / MEBIBYTE:.1f}")
    if slowest > MOST_ERASURE:
        wrong.append(f"erasures take {slowest * 1e3:.0f} ms")
    if min(lost) < GRACE - 1 or max(lost) > GRACE + 1:
        wrong.append(f"providers' erasures after {min(lost):.2f} to {max(lost):.2f} s")
    core = statistics.fmean(s["core"] for s in samples)
    text = "\n".join([
        f"{count:,} connections, opened in {opening:.0f} s, for {given.minutes:g} minutes; grace {GRACE} s.", "",
        "| | | must |", "|---|---:|---|",
        f"| closed unasked | {unasked} | 0 |",
        f"| resident bytes of each, at the most | {each:,.0f} | ≤ 65,536, goal 40,960 |",
        f"| of a core, while nothing is said but pings | {core:.3f} | – |",
        f"| {CUT} sockets cut: counted by the pages, gone at the relay | {cut['lost'] - unasked}, "
        f"{count + 1 - held} | {CUT}, {CUT} |",
        f"| resident: baseline, held, the most while all leave | {baseline / MEBIBYTE:.1f}, "
        f"{samples[-1]['resident'] / MEBIBYTE:.1f}, {most / MEBIBYTE:.1f} MiB | – |",
        f"| resident {back:.0f} s after all left | {resident_after / MEBIBYTE:.1f} MiB, "
        f"{resident_after / baseline - 1:+.0%} | + 10 % |",
        f"| longest wait of a page that goes on: while all leave, and when memory is given back | "
        f"{max(w for at, w in watch.waits if at < began + 5) * 1e3:.0f} ms, "
        f"{max(w for at, w in watch.waits if at >= began + 5) * 1e3:.0f} ms | – |",
        f"| `close_chat` to `erased`, {HELD:,} messages, {ERASURES} times: median, p99 | "
        f"{statistics.median(took) * 1e3:.1f} ms, {slowest * 1e3:.1f} ms | ≤ 50 ms |",
        f"| provider lost to `erased`, {len(lost)} times | {min(lost):.2f} to {max(lost):.2f} s | "
        f"{GRACE} ± 1 s |",
        "", f"Verdict: {'; '.join(wrong) or 'all met'}."])
    print(text)
    if given.write:
        whole = [(s["second"] / 60, s["resident"] / MEBIBYTE) for s in samples]
        (page.ROOT / "docs/figures/hold.svg").write_text(plot.chart(
            f"Resident memory with {count:,} connections", "minutes", "MiB", whole))
        page.write("hold", f"{begun}; {on}; `make hold HOLD_MINUTES={given.minutes:g}`; seal {seal}.\n\n{text}\n\n"
                   "![Resident memory over the time](figures/hold.svg)\n",
                   {"date": begun, "machine": on, "minutes": given.minutes, "connections": count, "seal": seal,
                    "wrong": wrong, "erasures": took, "losses": lost, "after": after, "samples": samples})
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
