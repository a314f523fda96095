"""The 301 cases of the Autobahn test suite that apply to a server without compression, written anew
from RFC 6455 and the suite's descriptions of its cases, under their numbers.

A case is what a client sends, in pieces (a number among them is a pause in seconds), what it hears,
and how the connection ends."""

import itertools
import struct
from dataclasses import dataclass, field

from client import Socket

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
KIB, MIB = 1 << 10, 1 << 20

CLEAN = "clean"  # The client says goodbye once it has heard everything, and is answered.
ANSWERED = "answered"  # The pieces contain the goodbye.
FAILED = (1002,)  # The server ends it with one of these codes.
BAD_TEXT = (1007,)


@dataclass
class Case:
    number: str
    pieces: list
    hears: list = field(default_factory=list)
    ending: object = CLEAN
    # Send the next piece only when what the former one brings has come.
    in_turn: bool = False
    # The piece after which a server that fails fast has failed.
    fails_after: int = None

    @property
    def section(self):
        return self.number.split(".")[0]


def frame(opcode, payload=b"", final=True, reserved=0, **options):
    return Socket.frame(opcode, payload, final=final, reserved=reserved, **options)


def chopped(data, size):
    return [data[place:place + size] for place in range(0, len(data), size)]


def octets(*frames):
    return chopped(b"".join(frames), 1)


def fragments(opcode, parts):
    return [frame(opcode if number == 0 else CONTINUATION, part, final=number == len(parts) - 1)
            for number, part in enumerate(parts)]


def goodbye(code=1000, reason=b""):
    return frame(CLOSE, struct.pack(">H", code) + reason)


def numbered(prefix, cases):
    for number, (pieces, hears, *rest) in enumerate(cases, 1):
        yield Case(f"{prefix}.{number}", pieces, hears, *rest)


def section_1():
    """Messages of each form of length."""
    for group, opcode, letter in ((1, TEXT, b"*"), (2, BINARY, b"\xfe")):
        payloads = [letter * size for size in (0, 125, 126, 127, 128, 65_535, 65_536, 65_536)]
        for number, payload in enumerate(payloads, 1):
            data = frame(opcode, payload)
            yield Case(f"1.{group}.{number}", chopped(data, 997) if number == 8 else [data],
                       [(opcode, payload)])


def section_2():
    """Pings and pongs."""
    word, binary, most = b"Hello, world!", b"\0\xff\xfe\xfd\xfc\xfb\0\xff", b"\xfe" * 125
    pings = [b"payload-%d" % number for number in range(10)]
    for number, (pieces, hears, *rest) in enumerate([
            ([frame(PING)], [(PONG, b"")]),
            ([frame(PING, word)], [(PONG, word)]),
            ([frame(PING, binary)], [(PONG, binary)]),
            ([frame(PING, most)], [(PONG, most)]),
            ([frame(PING, most + b"\xfe")], [], FAILED),
            (octets(frame(PING, most)), [(PONG, most)]),
            ([frame(PONG)], []),
            ([frame(PONG, b"unsolicited pong payload")], []),
            ([frame(PONG, b"unsolicited pong payload"), frame(PING, b"ping payload")],
             [(PONG, b"ping payload")]),
            ([frame(PING, payload) for payload in pings], [(PONG, p) for p in pings]),
            (octets(*[frame(PING, payload) for payload in pings]), [(PONG, p) for p in pings]),
    ], 1):
        yield Case(f"2.{number}", pieces, hears, *rest)


HELLO = b"Hello, world!"
SAID = [(TEXT, HELLO)]


def section_3():
    """Reserved bits."""
    first, ping = frame(TEXT, HELLO), frame(PING)
    yield from numbered("3", [
        ([frame(TEXT, HELLO, reserved=1)], [], FAILED),
        ([first + frame(TEXT, HELLO, reserved=2) + ping], SAID, FAILED),
        ([first, frame(TEXT, HELLO, reserved=3), ping], SAID, FAILED),
        (octets(first, frame(TEXT, HELLO, reserved=4), ping), SAID, FAILED),
        ([frame(BINARY, b"\0\xff\xfe\xfd", reserved=5)], [], FAILED),
        ([frame(PING, HELLO, reserved=6)], [], FAILED),
        ([frame(CLOSE, reserved=7)], [], FAILED),
    ])


def section_4():
    """Reserved opcodes."""
    first, ping = frame(TEXT, HELLO), frame(PING)
    for group, start in ((1, 3), (2, 11)):
        yield from numbered(f"4.{group}", [
            ([frame(start)], [], FAILED),
            ([frame(start + 1, b"reserved opcode payload")], [], FAILED),
            ([first + frame(start + 2) + ping], SAID, FAILED),
            ([first, frame(start + 3, HELLO), ping], SAID, FAILED),
            (octets(first, frame(start + 4, HELLO), ping), SAID, FAILED),
        ])


def section_5():
    """Fragments."""
    two = fragments(TEXT, [b"fragment1", b"fragment2"])
    whole = [(TEXT, b"fragment1fragment2")]
    between = [two[0], frame(PING, b"ping payload"), two[1]]
    ponged = [(PONG, b"ping payload"), *whole]
    stray = [frame(CONTINUATION, b"non-continuation payload"), frame(TEXT, HELLO)]
    open_stray = [frame(CONTINUATION, b"non-continuation payload", final=False), stray[1]]
    twice = fragments(TEXT, [b"fragment1", b"fragment2"])
    never = [frame(CONTINUATION, b"fragment1", final=False),
             frame(TEXT, b"fragment2", final=False), frame(CONTINUATION, b"fragment3")]
    closed = [frame(CONTINUATION, b"fragment1"), *never[1:]]
    five = fragments(TEXT, [b"fragment%d" % number for number in range(1, 6)])
    pings = [frame(PING, b"pongme %d!" % number) for number in (1, 2)]
    slowly = [*five[:2], pings[0], 0.5, *five[2:4], pings[1], five[4]]
    five_heard = [(PONG, b"pongme 1!"), (PONG, b"pongme 2!"),
                  (TEXT, b"fragment1fragment2fragment3fragment4fragment5")]
    yield from numbered("5", [
        (fragments(PING, [b"fragment1", b"fragment2"]), [], FAILED),
        (fragments(PONG, [b"fragment1", b"fragment2"]), [], FAILED),
        ([b"".join(two)], whole),
        (two, whole),
        (octets(*two), whole),
        ([b"".join(between)], ponged),
        (between, ponged),
        (octets(*between), ponged),
        ([b"".join(stray)], [], FAILED),
        (stray, [], FAILED),
        (octets(*stray), [], FAILED),
        ([b"".join(open_stray)], [], FAILED),
        (open_stray, [], FAILED),
        (octets(*open_stray), [], FAILED),
        ([b"".join(twice) + b"".join(stray)], whole, FAILED),
        (never * 2, [], FAILED),
        (closed * 2, [], FAILED),
        ([frame(TEXT, b"fragment1", final=False), frame(TEXT, b"fragment2")], [], FAILED),
        (slowly, five_heard),
        ([piece for piece in slowly if piece != 0.5], five_heard),
    ])


# κόσμε, and what the tables of section 6 are made of.
KOSME = "κόσμε".encode().replace("ό".encode(), b"\xe1\xbd\xb9")
SPOILT = KOSME + b"\xed\xa0\x80" + b"edited"
MIXED = "Hello-µ@ßöäüàá-UTF-8!!".encode()


def lonely(first, last):
    """Each first byte followed by a space."""
    return b"".join(bytes([byte, 0x20]) for byte in range(first, last + 1))


def from_hex(text):
    return [bytes.fromhex(word) for word in text.split()]


INCOMPLETE = from_hex(
    "c0 e080 f08080 f8808080 fc80808080 df efbf f7bfbf fbbfbfbf fdbfbfbfbf")
SEQUENCES = {
    5: [b"hello\x24world", "hello¢world".encode(), "hello€world".encode(),
        "hello𤭢world".encode(), KOSME],
    6: [KOSME[:count] for count in range(1, len(KOSME) + 1)],
    7: from_hex("00 c280 e0a080 f0908080"),
    8: from_hex("f888808080 fc8480808080"),
    9: from_hex("7f dfbf efbfbf f48fbfbf"),
    10: from_hex("f7bfbfbf fbbfbfbfbf fdbfbfbfbfbf"),
    11: from_hex("ed9fbf ee8080 efbfbd f48fbfbf f4908080"),
    12: from_hex("80 bf 80bf 80bf80 80bf80bf 80bf80bf80 80bf80bf80bf") + [bytes(range(0x80, 0xBF))],
    13: [lonely(0xC0, 0xDF), lonely(0xE0, 0xEF), lonely(0xF0, 0xF7), lonely(0xF8, 0xFB),
         lonely(0xFC, 0xFD)],
    14: INCOMPLETE,
    15: [b"".join(INCOMPLETE)],
    16: from_hex("fe ff fefeffff"),
    17: from_hex("c0af e080af f08080af f8808080af fc80808080af"),
    18: from_hex("c1bf e09fbf f08fbfbf f887bfbfbf fc83bfbfbfbf"),
    19: from_hex("c080 e08080 f0808080 f880808080 fc8080808080"),
    20: from_hex("eda080 edadbf edae80 edafbf edb080 edbe80 edbfbf"),
    21: from_hex("eda080edb080 eda080edbfbf edadbfedb080 edadbfedbfbf edae80edb080 edae80edbfbf "
                 "edafbfedb080 edafbfedbfbf"),
    22: [chr(plane << 16 | last).encode() for plane in range(17) for last in (0xFFFE, 0xFFFF)],
    23: [chr(code).encode() for code in range(0xFFF9, 0x10000)],
}


def is_text(data):
    try:
        data.decode()
        return True
    except UnicodeDecodeError:
        return False


def section_6():
    """UTF-8."""
    for number, parts in enumerate(([b""], [b""] * 3, [b"", b"middle frame payload", b""]), 1):
        yield Case(f"6.1.{number}", fragments(TEXT, parts), [(TEXT, b"".join(parts))])
    for number, parts in enumerate(
            ([MIXED], [MIXED[:12], MIXED[12:]], chopped(MIXED, 1), chopped(KOSME, 1)), 1):
        yield Case(f"6.2.{number}", fragments(TEXT, parts), [(TEXT, b"".join(parts))])
    for number, parts in enumerate(([SPOILT], chopped(SPOILT, 1)), 1):
        yield Case(f"6.3.{number}", fragments(TEXT, parts), [], BAD_TEXT)
    cuts = ([KOSME, b"\xf4\x90\x80\x80", b"edited"], [KOSME + b"\xf4", b"\x90", b"\x80\x80edited"])
    for number, parts in enumerate(cuts, 1):
        yield Case(f"6.4.{number}", [*itertools.chain(*zip(fragments(TEXT, parts), [0.5] * 3))],
                   [], BAD_TEXT, fails_after=2)
    for number, parts in enumerate(cuts, 3):
        data = frame(TEXT, b"".join(parts), mask=bytes(4))
        first = len(data) - len(parts[1]) - len(parts[2])
        pieces = [data[:first], 0.5, data[first:first + len(parts[1])], 0.5,
                  data[first + len(parts[1]):]]
        yield Case(f"6.4.{number}", pieces, [], BAD_TEXT, fails_after=2)
    for group, sequences in SEQUENCES.items():
        for number, data in enumerate(sequences, 1):
            good = is_text(data)
            yield Case(f"6.{group}.{number}", [frame(TEXT, data)], [(TEXT, data)] if good else [],
                       CLEAN if good else BAD_TEXT)


def section_7():
    """Close frames."""
    ping, large = frame(PING), b"*" * (256 * KIB)
    two = fragments(TEXT, [b"fragment1", b"fragment2"])
    yield from numbered("7.1", [
        ([frame(TEXT, HELLO), goodbye()], SAID, ANSWERED),
        ([goodbye(), goodbye()], [], ANSWERED),
        ([goodbye(), ping], [], ANSWERED),
        ([goodbye(), frame(TEXT, HELLO)], [], ANSWERED),
        ([two[0], goodbye(), two[1]], [], ANSWERED),
        ([frame(TEXT, large), frame(TEXT, HELLO), goodbye(), ping], [(TEXT, large), *SAID],
         ANSWERED),
    ])
    yield from numbered("7.3", [
        ([frame(CLOSE)], [], ANSWERED),
        ([frame(CLOSE, b"a")], [], FAILED),
        ([goodbye()], [], ANSWERED),
        ([goodbye(1000, HELLO)], [], ANSWERED),
        ([goodbye(1000, b"*" * 123)], [], ANSWERED),
        ([goodbye(1000, b"*" * 124)], [], FAILED),
    ])
    yield Case("7.5.1", [goodbye(1000, SPOILT)], [], BAD_TEXT)
    yield from numbered("7.7", [
        ([goodbye(code)], [], ANSWERED) for code in (
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)])
    yield from numbered("7.9", [
        ([goodbye(code)], [], FAILED) for code in (
            0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999)])
    yield from numbered("7.13", [([goodbye(code)], [], FAILED) for code in (5000, 65_535)])


def section_9(scale=1):
    """Limits. `scale` divides the sizes and the counts of the largest."""
    sizes = [64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB]
    for group, opcode, letter in ((1, TEXT, b"*"), (2, BINARY, b"\xfe")):
        for number, size in enumerate(sizes, 1):
            payload = letter * max(64 * KIB, size // scale)
            yield Case(f"9.{group}.{number}", [frame(opcode, payload)], [(opcode, payload)])
    sizes = [64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB]
    for group, opcode, letter in ((3, TEXT, b"*"), (4, BINARY, b"\xfe")):
        payload = letter * (4 * MIB // scale)
        for number, size in enumerate(sizes, 1):
            parts = fragments(opcode, chopped(payload, size))
            yield Case(f"9.{group}.{number}", chopped(b"".join(parts), MIB), [(opcode, payload)])
    for group, opcode, letter in ((5, TEXT, b"*"), (6, BINARY, b"\xfe")):
        payload = letter * (MIB // scale)
        data = frame(opcode, payload)
        for number, size in enumerate([64, 128, 256, 512, KIB, 2 * KIB], 1):
            yield Case(f"9.{group}.{number}", chopped(data, size), [(opcode, payload)])
    for group, opcode, letter in ((7, TEXT, b"*"), (8, BINARY, b"\xfe")):
        for number, size in enumerate([0, 16, 64, 256, KIB, 4 * KIB], 1):
            payload, count = letter * size, 1_000 // scale
            yield Case(f"9.{group}.{number}", [frame(opcode, payload)] * count,
                       [(opcode, payload)] * count, in_turn=True)


def section_10():
    """A message that the client's own library fragments."""
    payload = b"*" * 65_536
    yield Case("10.1.1", fragments(TEXT, chopped(payload, 1_300)), [(TEXT, payload)])


def autobahn(scale=1):
    return [*section_1(), *section_2(), *section_3(), *section_4(), *section_5(), *section_6(),
            *section_7(), *section_9(scale), *section_10()]


COUNTS = {"1 to 5": 64, "6": 145, "7": 37, "9": 54, "10": 1}


def counts(cases):
    found = dict.fromkeys(COUNTS, 0)
    for case in cases:
        found["1 to 5" if case.section in "12345" else case.section] += 1
    return found


def lacking():
    """What the suite does not ask."""
    for number, opcode in enumerate((TEXT, BINARY, CLOSE, PING, PONG), 1):
        yield Case(f"unmasked.{number}", [frame(opcode, b"", masked=False)], [], FAILED)
    yield Case("unmasked.6", [frame(TEXT, HELLO), frame(TEXT, HELLO, masked=False)], SAID, FAILED)
    yield Case("unmasked.7", [frame(TEXT, b"a", final=False), frame(0, b"b", masked=False)], [],
               FAILED)
    for number, mask in enumerate((bytes(4), b"\xff" * 4, b"\0\0\0\1"), 1):
        yield Case(f"mask.{number}", [frame(TEXT, HELLO, mask=mask)], SAID)
    for number, length in enumerate((0, 1, 125), 1):
        head = struct.pack(">BBH", 0x81, 0xFE, length) + bytes(4)
        yield Case(f"minimal.{number}", [head + b"*" * length], [], FAILED)
    for number, length in enumerate((0, 125, 126, 65_535), 4):
        head = struct.pack(">BBQ", 0x82, 0xFF, length) + bytes(4)
        yield Case(f"minimal.{number}", [head + b"*" * length], [], FAILED)
    for number, length in enumerate((2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1), 1):
        yield Case(f"absurd.{number}", [struct.pack(">BBQ", 0x82, 0xFF, length) + bytes(4)], [],
                   (1009, 1002))
    yield Case("absurd.6", [frame(TEXT, b"a", final=False)
                            + struct.pack(">BBQ", 0x80, 0xFF, 2**63 - 1) + bytes(4)], [], (1009,))
    for number, opcode in enumerate((CLOSE, PING, PONG), 1):
        for form, head in enumerate((struct.pack(">BBH", 0x80 | opcode, 0xFE, 5),
                                     struct.pack(">BBQ", 0x80 | opcode, 0xFF, 5))):
            yield Case(f"control.{2 * number + form - 1}", [head + bytes(9)], [], FAILED)
    for number, code in enumerate((1012, 1013, 1014), 1):
        yield Case(f"close.{number}", [goodbye(code)], [], ANSWERED)
    yield Case("close.4", [goodbye(1015)], [], FAILED)
    yield Case("reserved.1", [frame(TEXT, b"a", final=False), frame(0, b"b", reserved=4)], [],
               FAILED)
