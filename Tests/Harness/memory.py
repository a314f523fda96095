"""Searches the memory of a running process from outside, for what should not be there."""

import base64
import collections
import json
import os
import re

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
