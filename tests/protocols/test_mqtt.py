"""MQTT 3.1, 3.1.1 and 5.0."""

from __future__ import annotations

import pytest

from netmon.protocols._contract import Claim, Context
from netmon.protocols.mqtt import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run, text_of, values


def text(value: bytes) -> bytes:
    """Length and bytes."""
    return len(value).to_bytes(2, "big") + value


def packet(first: int, body: bytes) -> bytes:
    """Fixed header with a variable length."""
    length, size = b"", len(body)
    while True:
        size, low = divmod(size, 128)
        length += bytes((low | (0x80 if size else 0),))
        if not size:
            return bytes((first,)) + length + body


def connect(level: int, name: bytes = b"MQTT") -> bytes:
    """Client id, will, user and password."""
    properties = b"\x05\x11\x00\x00\x00\x0a" if level == 5 else b""
    will = b"\x00" if level == 5 else b""
    body = text(name) + bytes((level, 0xC6)) + b"\x00\x3c" + properties + text(b"sensor-7")
    return packet(0x10, body + will + text(b"gone") + text(b"private") + text(b"alice") + text(b"hunter2"))


def conversation(level: int, name: bytes = b"MQTT") -> list[Flight]:
    """A connection with one subscription and two publications."""
    empty = b"\x00" if level == 5 else b""
    return [
        (0, connect(level, name)),
        (1, packet(0x20, b"\x00\x00" + empty)),
        (0, packet(0x82, b"\x00\x01" + empty + text(b"house/+/temperature") + b"\x00" + text(b"alerts/#") + b"\x01")),
        (1, packet(0x90, b"\x00\x01" + empty + b"\x00\x01")),
        (1, packet(0x31, text(b"house/kitchen/temperature") + empty + b"private" * 40)),
        (0, packet(0xC0, b"") + packet(0xE0, b"")),
    ]


@pytest.mark.parametrize(("level", "name", "version"), [(3, b"MQIsdp", "3.1"), (4, b"MQTT", "3.1.1"), (5, b"MQTT", "5.0")])
def test_conversation(level: int, name: bytes, version: str) -> None:
    """Names and topics; no payload, no password."""
    flights = conversation(level, name)
    assert check(PROTOCOL, flights) == {
        "mqtt_version": (version,),
        "mqtt_client_id": ("sensor-7",),
        "mqtt_username": ("alice",),
        "mqtt_topic": ("house/+/temperature", "alerts/#", "house/kitchen/temperature"),
    }
    finding, _, updates = run(PROTOCOL, flights)
    assert (finding.state, finding.risks, finding.idle_timeout) == ("DISCONNECT", ("clear-text-credentials",), 120.0)
    assert "hunter2" not in text_of(updates)
    assert "private" not in text_of(updates)


def test_middle_of_a_connection() -> None:
    """Publications only: weak, and their topics are read."""
    context = Context("tcp", 50000, 1883, midstream=True)
    flights = conversation(4)[4:]
    assert PROTOCOL.claims(context, b"", flights[0][1]) is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, b"", flights[0][1]) is not Claim.WEAK
    assert values(run(PROTOCOL, flights, context)[0])["mqtt_topic"] == ("house/kitchen/temperature",)


def test_middle_of_a_connection_elsewhere() -> None:
    """Whole packets in both directions, each followed by the beginning of another or by nothing."""
    context = Context("tcp", 50000, 8080, midstream=True)
    publication, answer = packet(0x32, b"\0\1a\0\7x"), packet(0x40, b"\0\7")
    assert PROTOCOL.claims(context, publication + publication[:3], answer) is Claim.WEAK
    assert PROTOCOL.claims(context, publication, b"") is Claim.MORE
    assert PROTOCOL.claims(context, publication[:-1], answer) is Claim.MORE
    assert PROTOCOL.claims(context, publication + b"\x0f", answer) is Claim.NO


def test_refusal() -> None:
    """Return code 5."""
    assert run(PROTOCOL, [conversation(4)[0], (1, packet(0x20, b"\x00\x05"))])[0].state == "REFUSED"
