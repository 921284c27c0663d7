"""Quake's connectionless messages."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.quake import PROTOCOL

from ._udp_cases import asked, fields, finding, on, survives, told

OUT = b"\xff\xff\xff\xff"
STATUS = OUT + b"statusResponse\n\\sv_hostname\\x"
CONTROL = b"\x80\0\0\x0c\1QUAKE\0\3"


def test_conversation() -> None:
    """Words, then the game; a remote console's password is a risk and not told."""
    update = told(PROTOCOL, (0, OUT + b"getstatus\n"), (1, STATUS), (0, OUT + b"rcon hidden status"), (0, bytes(30)))
    assert fields(update) == {"quake_message": ("getstatus", "statusResponse", "rcon")}
    assert finding(update).state == "CONNECTED" and finding(update).risks == ("clear-text-credentials",)
    assert "hidden" not in repr(update)
    assert fields(told(PROTOCOL, (0, CONTROL)))["quake_message"] == ("CONNECTION_REQUEST",)


def test_claims() -> None:
    """Long words anywhere, short ones by the port."""
    assert asked(PROTOCOL, STATUS) is asked(PROTOCOL, CONTROL) is asked(PROTOCOL, OUT + b"status\n", on(27500)) is Claim.YES
    assert asked(PROTOCOL, OUT + b"status\n") is Claim.WEAK
    for data in (OUT + b"TSource Engine Query\0", OUT + b"statusquo", CONTROL + b"x", CONTROL[:4] + b"\7QUAKE\0\3", OUT):
        assert asked(PROTOCOL, data) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, STATUS, CONTROL)
