"""What a host does to a relay: it is killed, stopped, starved and set to another time. Sizes can be
raised: `LETHE_KILLS=100`, `LETHE_STORM=1800` (two rooms)."""

import concurrent.futures
import contextlib
import os
import random
import resource
import signal
import threading
import time

import pytest

from client import ACCEPTED, MESSAGE, Closed, Patient
from clock import Clock

KILLS = int(os.environ.get("LETHE_KILLS", "4"))
STORM = int(os.environ.get("LETHE_STORM", "300"))


def goes_on(patient, provider, chat, text="still here"):
    """A message both ways on the sockets that there are."""
    for sender, reader in ((patient, provider), (provider, patient)):
        number = sender.message(chat, text)
        reader.incoming(MESSAGE, number=number)


# Killed


@pytest.mark.slow
def test_killed_under_load_it_comes_back_empty_and_everybody_knows(start):
    """R7: every page hears of it, what was not accepted is still the page's, nothing earlier is to
    be had."""
    room = start()
    relay = room.relay
    slowest_start = slowest_news = 0
    for _ in range(KILLS):
        provider = room.provider()
        patients = [room.patient(source=f"127.0.1.{n + 1}") for n in range(8)]
        provider.sync()
        for turn in range(3):
            for patient in patients:
                patient.message(patient.conversation, f"text {turn}")
        # In the middle of it.
        patients[0].incoming(ACCEPTED)
        began = time.monotonic()
        relay.kill()
        for page in (provider, *patients):
            with contextlib.suppress(Closed):
                page.pump(lambda _: False)
        slowest_news = max(slowest_news, time.monotonic() - began)
        began = time.monotonic()
        relay.start()
        slowest_start = max(slowest_start, time.monotonic() - began)
        relay.assert_holds_nothing()
        again = provider.again({})
        assert again.welcome["resumed"] is False and again.texts() == []
        for patient in patients:
            assert patient.again({}, greet=False).closing() == 4105
        again.command("sign_out")
        again.closing()
    print(f"{KILLS} kills: news after {slowest_news:.2f} s, start in {slowest_start:.2f} s")
    assert slowest_news < 5 and slowest_start < 5


def test_addresses_are_bounded_apart(start):
    """An optimised relay once counted every IPv4 address as the same one."""
    room = start(limits={"connections-per-address": 2})
    pages = []
    for source in ("127.1.0.1", "127.1.0.2", "127.2.0.1"):
        pages += [room.patient(source=source) for _ in range(2)]
        with pytest.raises(AssertionError, match="429"):
            room.patient(source=source)
    room.relay.wait_for_status(connections=len(pages))


@pytest.mark.slow
def test_after_a_restart_all_come_back_at_once_and_nobody_resumes(start):
    """R2: a storm of handshakes."""
    room = start(limits={"queue": 1_000, "connections": STORM + 100})
    relay = room.relay
    relay.kill()
    relay.start()
    began = time.monotonic()
    jitter = random.Random(1)
    delays = [jitter.random() * STORM / 300 for _ in range(STORM)]
    rooms = ["demo", "nurse"]

    def come_back(number):
        time.sleep(max(0, delays[number] - (time.monotonic() - began)))
        source = f"127.1.{number // 200}.{number % 200 + 1}"
        gone = Patient(relay, room=rooms[number % 2], resume=[], greet=False, source=source)
        assert gone.closing(timeout=60) == 4105
        page = Patient(relay, room=rooms[number % 2], greet=False, source=source)
        assert page.notice("checked_in", timeout=60)["resumed"] is False
        return page

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        pages = list(pool.map(come_back, range(STORM)))
    took = time.monotonic() - began
    print(f"{STORM} pages back in {took:.1f} s")
    relay.wait_for_status(connections=STORM, visits=STORM)
    assert len(pages) == STORM and took < 30 * max(1, STORM / 1_000)


# Starved


def test_without_descriptors_new_sockets_wait_and_open_chats_go_on(start):
    """R23: EMFILE."""
    room = start()
    relay = room.relay
    patient, provider, chat = room.chat()
    process = relay.process.pid
    before = resource.prlimit(process, resource.RLIMIT_NOFILE)
    used = max(int(name) for name in os.listdir(f"/proc/{process}/fd")) + 1
    resource.prlimit(process, resource.RLIMIT_NOFILE, (used + 2, before[1]))
    taken, refused = [], 0
    for _ in range(5):
        try:
            page = Patient(relay, room="nurse", greet=False)
            page.tls.settimeout(2)
            taken.append(page)
        except (OSError, AssertionError):
            refused += 1
            break
    assert refused and len(taken) <= 3
    goes_on(patient, provider, chat)
    resource.prlimit(process, resource.RLIMIT_NOFILE, before)
    for page in taken:
        page.close()
    deadline = time.monotonic() + 20
    while True:
        try:
            Patient(relay, room="nurse").sync()
            break
        except OSError:
            assert time.monotonic() < deadline
    goes_on(patient, provider, chat)
    assert relay.process.poll() is None


# Stopped for a while


@pytest.fixture
def paused():
    """Stops a process inside a `with`, and lets it go on."""
    @contextlib.contextmanager
    def pause(relay):
        relay.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            relay.process.send_signal(signal.SIGCONT)

    return pause


def test_a_relay_that_was_stopped_for_a_while_erases_late_by_no_more_than_that(start, paused):
    """R21: what was due while it slept happens when it wakes, and nothing before it was due."""
    room = start(graces={"provider": "5s"})
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    provider.reset()
    lost = time.monotonic()
    patient.notice("provider", status="reconnecting")
    with paused(room.relay):
        time.sleep(7)
    woken = time.monotonic()
    assert patient.notice("erased")["cause"] == "provider_lost"
    assert time.monotonic() - woken < 3 and time.monotonic() - lost >= 5
    room.relay.assert_holds_nothing()


def test_a_relay_that_was_stopped_for_a_moment_erases_nothing(start, paused):
    room = start(graces={"provider": "5s"})
    patient, provider, chat = room.chat()
    with paused(room.relay):
        patient.message(chat, "while it slept")
        time.sleep(3)
    assert provider.incoming(MESSAGE)[0].number == 1
    goes_on(patient, provider, chat)
    assert patient.all("erased") == []


@pytest.mark.slow
def test_after_a_long_stop_pages_resume_and_have_lost_nothing(start, paused):
    """Longer than the silence after which a page counts as lost."""
    room = start()
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    with paused(room.relay):
        time.sleep(33)
    time.sleep(2)
    handle = chat["conversation"]
    provider = provider.again({handle: 1})
    patient = patient.again({handle: 1})
    assert provider.welcome["resumed"] is patient.welcome["resumed"] is True
    assert provider.all("erased") == patient.all("erased") == []
    patient.message(chat, "two", number=2)
    provider.incoming(MESSAGE, number=2)


# Set to another time


@pytest.mark.parametrize("step", [3_600, -3_600])
def test_a_step_of_the_wall_clock_erases_nothing_and_moves_no_time(start, step):
    """R21: NTP, or an operator, by an hour."""
    clock = Clock(wall=True)
    room = start(variables=clock.environment, graces={"provider": "5s"})
    patient, provider, chat = room.chat()
    patient.message(chat, "one")
    provider.incoming(MESSAGE)
    before = patient.sync()["time"]
    short = room.relay.invite("lee", valid="30m").split("#", 1)[1]
    clock.advance(step)
    # It did step: tokens are the one thing that is judged by the wall's clock.
    if step > 0:
        assert room.provider("lee", token=short, greet=False).closing() == 4101
    time.sleep(2.5)
    goes_on(patient, provider, chat)
    assert 0 <= patient.sync()["time"] - before < 60_000
    assert patient.all("erased") == provider.all("erased") == []
    # A grace is as long as ever.
    provider.reset()
    began = time.monotonic()
    assert patient.notice("erased", timeout=15)["cause"] == "provider_lost"
    assert 3.5 < time.monotonic() - began < 12


# One against many


@pytest.mark.slow
def test_one_socket_cannot_hurt_the_others(start):
    """R11 at a smaller size: eight who flood, beside twenty chats that go on."""
    room = start()
    chats = []
    provider = room.provider()
    for number in range(20):
        chats.append(room.patient(source=f"127.0.1.{number + 1}"))
    provider.sync()
    stop = threading.Event()

    def flood(number):
        while not stop.is_set():
            with contextlib.suppress(OSError, Closed, AssertionError):
                page = Patient(
                    room.relay, room="nurse", greet=False, source=f"127.0.2.{number + 1}")
                page.send_raw(page.frame(1, b'{"type":"ping"}') * 2_000)
                page.closing(timeout=5)
            time.sleep(0.1)  # All of this is one process: the floods must not stop the clock.

    flooders = [threading.Thread(target=flood, args=(n,), daemon=True) for n in range(8)]
    for flooder in flooders:
        flooder.start()
    waits = []
    for _ in range(5):
        for patient in chats:
            began = time.monotonic()
            number = patient.message(patient.conversation, "chest pain")
            provider.incoming(
                MESSAGE, timeout=30, number=number,
                conversation=patient.conversation["conversation"])
            waits.append(time.monotonic() - began)
        time.sleep(0.5)
    stop.set()
    waits.sort()
    print(f"{len(waits)} messages beside 8 floods: median {waits[len(waits) // 2] * 1e3:.0f} ms, "
          f"slowest {waits[-1] * 1e3:.0f} ms")
    assert waits[len(waits) // 2] < 1 and waits[-1] < 10
    assert all(patient.all("refused") == [] for patient in chats)
