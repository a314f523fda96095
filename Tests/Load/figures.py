"""What every bench writes of itself, and where."""

import datetime
import json
import os
import pathlib
import platform
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Harness"))
RELEASE = ROOT / ".build/release"
os.environ.setdefault("LETHE_TEST_BINARY", str(RELEASE / "lethe"))
from relay import Relay  # noqa: E402

PAGE = ROOT / "docs/performance.md"


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                  if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} × {model}, {memory:.0f} GiB, Linux {platform.release()}, "
            f"load {os.getloadavg()[0]:.1f} at the start")


def now():
    return f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC"


def write(name, text, data):
    """Into docs/figures/NAME.json, and between its two marks on the page."""
    path = ROOT / f"docs/figures/{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    head, rest = PAGE.read_text().split(begin)
    PAGE.write_text(f"{head}{begin}{text}\n{end}{rest.split(end)[1]}")


def relay(binary="UnthrottledRelay", is_sealed=True, **settings):
    """A relay without rates, not started: sealed as well as this machine can, which it says."""
    for seal in ("strict", "best-effort") if is_sealed else ("best-effort",):
        user = "nobody" if seal == "strict" and os.geteuid() == 0 else None
        relay = Relay(binary=RELEASE / binary, seal=seal, user=user, **settings)
        try:
            relay.start()
        except AssertionError as error:
            relay.__exit__()
            if seal == "best-effort":
                raise
            print(f"This machine cannot seal it strictly: {error}")
            continue
        relay.kill()
        return relay
