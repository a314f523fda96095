"""Resident bytes per idle TLS connection and CPU per connection: patients who check in and then
wait, in rooms of 900. Needs the release binary.

    LETHE_TEST_BINARY=.build/release/lethe python3 Tests/Load/idle_connections.py [COUNT]
"""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import crowd  # noqa: E402
from client import Patient  # noqa: E402
from relay import Relay  # noqa: E402


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    crowd.allow_descriptors(count + 1_000)
    # A room takes 1,000 visits.
    rooms = (count + 899) // 900
    with Relay(limits=crowd.LIMITS, rooms=rooms) as relay:
        pid = relay.process.pid
        before, cpu = crowd.resident(pid), crowd.cpu(pid)
        start = time.monotonic()
        pages = []
        for number in range(count):
            page = Patient(relay, room=f"room{number % rooms}", greet=False)
            page.notice("checked_in")
            pages.append(page)
        seconds = time.monotonic() - start
        used = crowd.cpu(pid) - cpu
        time.sleep(2)
        status = relay.status()
        after = crowd.resident(pid)
        print(f"{status['connections']} connections, {status['visits']} visits, {seconds:.0f} s")
        print(f"{(after - before) / count:,.0f} resident bytes per connection")
        print(f"{used / count * 1e6:,.0f} µs CPU per connection: TCP, TLS 1.3 handshake, upgrade, "
              "check-in, every position told")


main()
