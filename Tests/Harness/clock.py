"""Moves a relay's clock on, from outside (see clock.c)."""

import functools
import mmap
import os
import pathlib
import struct
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).with_name("clock.c")


@functools.cache
def library():
    """Compiled once a process: a tenth of a second."""
    built = pathlib.Path(tempfile.mkdtemp(prefix="lethe-clock-")) / "clock.so"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", built, SOURCE, "-ldl"], check=True)
    return built


class Clock:
    """The clock of one relay that is to be started with `environment`: the monotonic one, or the
    one on the wall."""

    def __init__(self, wall=False):
        self.file = tempfile.NamedTemporaryFile(prefix="lethe-clock-")
        self.file.write(bytes(8))
        self.file.flush()
        self.offset = mmap.mmap(self.file.fileno(), 8)
        self.environment = {"LD_PRELOAD": str(library()), "CLOCK_OFFSET": self.file.name}
        if wall:
            self.environment["CLOCK_WALL"] = "1"
        self.seconds = 0

    def advance(self, seconds):
        self.seconds += seconds
        self.offset[:] = struct.pack("=q", int(self.seconds * 1e9))

    def pass_by(self, seconds, *pages):
        """In steps that no page is silent for."""
        for _ in range(0, seconds + 10, 10):
            self.advance(10)
            for page in pages:
                page.sync()
