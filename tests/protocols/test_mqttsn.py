"""MQTT-SN."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.mqttsn import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told


def message(kind: int, body: bytes = b"") -> bytes:
    return bytes([2 + len(body), kind]) + body


CONNECT = message(4, b"\4\1\0\x3csensor1")
REGISTER = message(0x0A, b"\0\0\0\1house/temp")
SUBSCRIBE = message(0x12, b"\0\0\2house/#")
PUBLISH = message(0x0C, b"\0\0\1\0\3secret")
LONG = b"\1" + (400).to_bytes(2, "big") + PUBLISH[1:] + bytes(386 + 0)


def test_conversation() -> None:
    """Clients and topics, no payloads; a forwarded message is read inside its envelope."""
    update = told(PROTOCOL, (0, CONNECT), (1, message(5, b"\0")), (0, REGISTER), (0, SUBSCRIBE), (0, b"\3\xfe\0" + PUBLISH))
    assert fields(update) == {
        "mqttsn_message": ("CONNECT", "CONNACK", "REGISTER", "SUBSCRIBE", "PUBLISH"),
        "mqttsn_client_id": ("sensor1",),
        "mqttsn_topic": ("house/temp", "house/#"),
    }
    assert "secret" not in repr(update)


def test_claims() -> None:
    """Connect and register anywhere, the rest on the port."""
    assert asked(PROTOCOL, CONNECT) is asked(PROTOCOL, REGISTER) is asked(PROTOCOL, PUBLISH, on(1884)) is Claim.YES
    assert asked(PROTOCOL, b"\3\xfe\0" + PUBLISH, on(1884)) is Claim.YES
    assert asked(PROTOCOL, PUBLISH) is Claim.NO
    for data in (CONNECT + b"x", message(4, b"\xff\1\0\x3cid"), message(4, b"\4\2\0\x3cid"), message(4, b"\4\1\0\x3c\xff"),
                 message(0x0B, b"\0"), message(0x77, b"\0"), message(0x0A, b"a")):  # fmt: skip
        assert asked(PROTOCOL, data, on(1884)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, CONNECT, REGISTER, LONG, port=1884, unclaimed=False)
