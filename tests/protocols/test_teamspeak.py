"""TeamSpeak's handshakes."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.teamspeak import PROTOCOL

from ._udp_cases import asked, fields, finding, survives, told

INIT = b"TS3INIT1" + b"\0\x65" + b"\0\0" + b"\x88" + b"\x06\x3b\xec\xe9" + b"\0" + bytes(16)
ANSWER = b"TS3INIT1" + b"\0\x65" + b"\x88" + b"\1" + bytes(20)
LOGIN = (b"\xf4\xbe\3\0" + bytes(176), b"\xf4\xbe\4\0" + bytes(432))


def test_conversation() -> None:
    """Steps of version 3, then what is encrypted; version 2."""
    update = told(PROTOCOL, (0, INIT), (1, ANSWER), (0, bytes(40)))
    assert fields(update) == {"teamspeak_version": (3,), "teamspeak_step": ("INIT_0", "INIT_1")}
    assert finding(update).state == "CONNECTED"
    assert fields(told(PROTOCOL, (0, LOGIN[0]), (1, LOGIN[1])))["teamspeak_step"] == ("LOGIN", "LOGIN_REPLY")


def test_claims() -> None:
    """The word, the number, the type; sizes."""
    assert asked(PROTOCOL, INIT) is asked(PROTOCOL, ANSWER) is asked(PROTOCOL, LOGIN[0]) is Claim.YES
    for data in (INIT[:12], b"TS3INIT2" + INIT[8:], INIT[:8] + b"\0\x66" + INIT[10:], LOGIN[0] + b"\0", b"\xf4\xbe\4\0"):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, INIT, ANSWER, LOGIN[0])
