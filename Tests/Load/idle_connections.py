"""Resident bytes per idle TLS connection and CPU per connection: patients who check in and then
wait, in rooms of 900. Needs the release binary.

    LETHE_TEST_BINARY=.build/release/lethe python3 Tests/Load/idle_connections.py [COUNT]
"""

import os
import pathlib
import resource
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Harness"))
from client import Patient  # noqa: E402
from relay import Relay  # noqa: E402


def resident(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    wanted = count + 1_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), max(hard, wanted)))
    limits = {"connections": count + 100, "connections-per-address": 100_000,
              "new-connections-per-second": 10_000, "visits-per-address": 1_000}
    # A room takes 1,000 visits.
    rooms = (count + 899) // 900
    with Relay(limits=limits, rooms=rooms) as relay:
        pid = relay.process.pid
        before, cpu = resident(pid), cpu_seconds(pid)
        start = time.monotonic()
        pages = []
        for number in range(count):
            page = Patient(relay, room=f"room{number % rooms}", greet=False)
            page.notice("checked_in")
            pages.append(page)
        seconds = time.monotonic() - start
        used = cpu_seconds(pid) - cpu
        time.sleep(2)
        status = relay.status()
        after = resident(pid)
        print(f"{status['connections']} connections, {status['visits']} visits, {seconds:.0f} s")
        print(f"{(after - before) / count:,.0f} resident bytes per connection")
        print(f"{used / count * 1e6:,.0f} µs CPU per connection: TCP, TLS 1.3 handshake, upgrade, "
              "check-in, every position told")


main()
