"""Searches the memory of a running process from outside, for what should not be there."""

import array
import base64
import collections
import json
import os
import re
import signal

import pytest

Region = collections.namedtuple("Region", "start end name")

# A region larger than this is read in pieces that overlap.
PIECE = 64 << 20


def regions(pid):
    with open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line)
            name = line.split(maxsplit=5)[5].strip() if len(line.split()) > 5 else ""
            # The kernel's own pages, which cannot be read like memory.
            if match and name not in ("[vvar]", "[vvar_vclock]", "[vsyscall]"):
                yield Region(int(match[1], 16), int(match[2], 16), name)


def spellings(text):
    """What a text may look like in memory, by the name of the spelling."""
    raw = text.encode()
    found = {
        "UTF-8": raw,
        "UTF-16": text.encode("utf-16-le"),
        "UTF-16, big-endian": text.encode("utf-16-be"),
        "JSON": json.dumps(text)[1:-1].encode(),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
    }
    # base64 looks different at each of three offsets; its ends depend on the neighbours.
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + raw)
        start = (offset * 8 + 5) // 6
        inner = encoded[start:len(encoded.rstrip(b"=")) - 1]
        found[f"base64 at {offset}"] = inner
        found[f"base64url at {offset}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return found


def search(pid, needles):
    """Gives for each name in `needles` (name: bytes) how often its bytes are in memory."""
    longest = max(len(needle) for needle in needles.values())
    counts = dict.fromkeys(needles, 0)
    byte_count = 0
    if os.geteuid() != 0:
        pytest.skip("needs root: nobody else can look into the relay")
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for region in regions(pid):
            start = region.start
            while start < region.end:
                length = min(PIECE, region.end - start)
                try:
                    memory.seek(start)
                    piece = memory.read(min(length + longest - 1, region.end - start))
                except (OSError, ValueError):  # Unmapped since, or not to be read.
                    break
                byte_count += min(length, len(piece))
                for name, needle in needles.items():
                    counts[name] += piece.count(needle)
                start += length
    assert byte_count > 1 << 20, "hardly any memory could be read"
    return counts


def find_texts(pid, texts):
    """The spellings of any of these texts that are in memory: `{(text, spelling): count}`."""
    needles = {(text, name): needle for text in texts for name, needle in spellings(text).items()}
    return {key: count for key, count in search(pid, needles).items() if count}


# Residues: random bytes, of which any run of fifteen is found.

PAGE = 4096
WORD = 8


def may_be_read(pid):
    """Root, or the right to trace: `None`, or why not."""
    try:
        with open(f"/proc/{pid}/mem", "rb", buffering=0), open(f"/proc/{pid}/pagemap", "rb") as map:
            map.seek(next(regions(pid)).start // PAGE * 8)
            map.read(8)
    except OSError as error:
        return f"another process's memory cannot be read ({error}): run this as root"


def written_pages(pid):
    """Every page that the process has ever written, in runs: `(start, bytes, name of the region)`.

    A page of a file that was mapped and not written holds the file, and a page that was never
    touched holds zeros; neither is read. Protection does not matter: the kernel reads for a
    debugger what the process itself may not."""
    with open(f"/proc/{pid}/maps") as maps:
        lines = maps.read().splitlines()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory, \
            open(f"/proc/{pid}/pagemap", "rb", buffering=0) as pages:
        for line in lines:
            fields = line.split(maxsplit=5)
            start, end = (int(address, 16) for address in fields[0].split("-"))
            name = fields[5].strip() if len(fields) > 5 else ""
            if name in ("[vvar]", "[vvar_vclock]", "[vsyscall]"):
                continue
            entries = array.array("Q")
            entries.frombytes(os.pread(pages.fileno(), (end - start) // PAGE * 8, start // PAGE * 8))
            run = None
            for index, entry in enumerate([*entries, 0]):
                # Present or swapped, and not a page of a file (Documentation/admin-guide/mm/pagemap).
                is_written = entry >> 62 and not entry >> 61 & 1
                if is_written and run is None:
                    run = index
                elif not is_written and run is not None:
                    at = start + run * PAGE
                    try:
                        yield at, os.pread(memory.fileno(), (index - run) * PAGE, at), name
                    except OSError:  # Unmapped since.
                        pass
                    run = None


def snapshot(pid):
    """All of it at one moment: the process stands still meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        return list(written_pages(pid))
    finally:
        os.kill(pid, signal.SIGCONT)


class Residue:
    """What was said, and where in a process's memory any of it still is."""

    def __init__(self):
        self.names = {}  # From each window of eight bytes to what it is a piece of.
        # Eight digits are four bytes, and a process has thousands of such words of its own: one is
        # by chance the same as one of ours in every hundredth search. Two in a row never are.
        self.digits = {}

    def add(self, name, data):
        """Something random. Every run of fifteen of its bytes has one aligned window of eight."""
        for start in range(len(data) - WORD + 1):
            self.names[int.from_bytes(data[start:start + WORD], "little")] = name

    def add_masked(self, name, masked, payload):
        """Masked bytes, but where nothing is masked: there the mask stands alone, twice, as it does in
        whoever takes it off."""
        for start in range(len(masked) - WORD + 1):
            if any(payload[start:start + WORD]):
                self.names[int.from_bytes(masked[start:start + WORD], "little")] = name

    def add_spelled(self, name, data):
        """A secret: as it is, in base64url and in hexadecimal digits."""
        self.add(name, data)
        self.add(f"{name}, base64url", base64.urlsafe_b64encode(data).rstrip(b"="))
        digits = data.hex().encode()
        for start in range(len(digits) - WORD + 1):
            self.digits[int.from_bytes(digits[start:start + WORD], "little")] = f"{name}, hex"

    def places(self, pid):
        """Every place: `[(what, address, region, what is around it)]`."""
        names = self.names | self.digits
        known = set(names)
        found = []
        byte_count = 0
        for start, data, region in snapshot(pid):
            data = data[:len(data) // WORD * WORD]
            byte_count += len(data)
            words = memoryview(data).cast("Q")
            if known.isdisjoint(words):
                continue
            for index, word in enumerate(words):
                if word in known and (word in self.names or self.has_digits_beside(words, index)):
                    found.append((names[word], start + index * WORD, region,
                                  data[max(0, index - 4) * WORD:(index + 5) * WORD]))
        assert byte_count > 1 << 20, "hardly any memory could be read"
        return found

    def has_digits_beside(self, words, index):
        return (index > 0 and words[index - 1] in self.digits
                or index + 1 < len(words) and words[index + 1] in self.digits)

    def find(self, pid):
        """How many windows of each thing are there: `{what: count}`. `last` has the places."""
        self.last = self.places(pid)
        return dict(collections.Counter(what for what, *_ in self.last))
