"""CPU of one message and of one connection, in a relay that forgets and in one that does not. Needs
release binaries of both.

    swift build -c release --product lethe && swift build -c release --product UnwipedRelay
    python3 Tests/Load/forgetting_cost.py [ROUNDS]
"""

import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Harness"))
from client import MESSAGE, Patient, Provider  # noqa: E402
from relay import ROOT, Relay  # noqa: E402

RELEASE = ROOT / ".build/release"
PAIRS, MESSAGES, CONNECTIONS = 40, 15, 200


def cpu_nanoseconds(pid):
    """Of all its threads, from the scheduler's own account."""
    tasks = pathlib.Path(f"/proc/{pid}/task")
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir())


def messages(relay, size):
    """Bursts of ten are what a patient may send at once."""
    pid = relay.process.pid
    room = f"room{1 if size == 256 else 2}"
    provider = Provider(relay, room=room)
    patients = [Patient(relay, room=room) for _ in range(PAIRS)]
    provider.sync()
    content = os.urandom(size)
    spent = 0
    for _ in range(MESSAGES // 5):
        time.sleep(5)  # A message a second.
        provider.sync()
        before = cpu_nanoseconds(pid)
        for patient in patients:
            for _ in range(5):
                patient.message(patient.conversation, "", content=content)
        for patient in patients:
            patient.sync()
        provider.sync()
        spent += cpu_nanoseconds(pid) - before
    assert len(provider.of_kind(MESSAGE)) == PAIRS * MESSAGES
    return spent / (PAIRS * MESSAGES) / 1e3


def connections(relay):
    before = cpu_nanoseconds(relay.process.pid)
    pages = [Patient(relay, room="room0", greet=False) for _ in range(CONNECTIONS)]
    for page in pages:
        page.notice("checked_in")
    spent = cpu_nanoseconds(relay.process.pid) - before
    for page in pages:
        page.drop()
    return spent / CONNECTIONS / 1e3


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    best = {}
    for _ in range(rounds):
        for binary in ("lethe", "UnwipedRelay"):
            with Relay(binary=RELEASE / binary, rooms=3) as relay:
                figures = {"µs per message of 256 bytes": messages(relay, 256),
                           "µs per message of 4,096 bytes": messages(relay, 4096),
                           "µs per connection": connections(relay)}
            for name, figure in figures.items():
                best[name, binary] = min(figure, best.get((name, binary), figure))
    for (name, binary), figure in best.items():
        print(f"{binary:14} {figure:8.1f} {name}")


main()
