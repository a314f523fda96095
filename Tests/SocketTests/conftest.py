"""Real TLS sockets against the real binary.

A test that counts what is held, changes settings or sends signals starts a relay of its own with
`start`; it takes a quarter of a second. All others share one, each in a room of its own: `room`."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Harness"))

from client import Patient, Provider, Socket
from relay import USER, Relay


class Room:
    """One waiting room of a running relay."""

    def __init__(self, relay, name):
        self.relay = relay
        self.name = name

    def patient(self, **options):
        return Patient(self.relay, room=self.name, **options)

    def provider(self, provider="rivera", **options):
        return Provider(self.relay, provider, room=self.name, **options)

    def socket(self, **options):
        socket = Socket(self.relay, room=self.name, **options)
        assert socket.status == 101, socket.answer
        return socket

    def chat(self):
        """A provider, a patient and their conversation."""
        provider = self.provider()
        patient = self.patient()
        provider.sync()
        return patient, provider, patient.conversation

    def visit_of(self, provider, conversation):
        handle = conversation["conversation"]
        return provider.told("conversation", conversation=handle)["visit"]


@pytest.fixture(scope="session")
def shared_rooms():
    """Rooms that nobody has used; another relay when one has no more."""
    relays = []

    def rooms():
        while True:
            relays.append(Relay(rooms=250))
            relays[-1].start()
            yield from (Room(relays[-1], f"room{number}") for number in range(250))

    yield rooms()
    for relay in relays:
        relay.__exit__()


@pytest.fixture
def room(shared_rooms):
    """A room of its own in the shared relay."""
    return next(shared_rooms)


@pytest.fixture
def shared(room):
    return room.relay


@pytest.fixture
def start():
    """Starts a relay with these settings; gives its room `demo`."""
    relays = []

    def start(**settings):
        relay = Relay(**settings)
        relays.append(relay)
        relay.start()
        return Room(relay, "demo")

    yield start
    for relay in relays:
        relay.__exit__()


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture
def strict():
    """Prepares a relay that asks for the whole seal; gives it started, or skips with its reason."""
    relays = []

    def start(start=True, **settings):
        relay = Relay(seal="strict", user=USER if os.geteuid() == 0 else None, **settings)
        relays.append(relay)
        if start:
            try:
                relay.start()
            except AssertionError:
                if "The relay does not start unsealed" not in relay.log_path.read_text():
                    raise
                pytest.skip("this machine cannot seal: " + relay.log_path.read_text())
        return relay

    yield start
    for relay in relays:
        relay.__exit__()
