"""Check_MK agents."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.checkmk import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [
    (1, b"<<<check_mk>>>\nVersion: 2.1.0\nAgentOS: linux\nHostname: secret\n<<<df:sep(9)>>>\n/dev/sda secret\n<<<mem>>>\n"),
]


def test_conversation() -> None:
    """Recognised however it is cut; sections, no contents."""
    assert check(PROTOCOL, TALK) == {
        "checkmk_section": ("check_mk", "df", "mem"),
        "checkmk_version": ("2.1.0",),
        "checkmk_os": ("linux",),
    }
    assert "secret" not in repr(run(PROTOCOL, TALK))


def test_others() -> None:
    """What only looks alike is refused."""
    for client, server in ((b"", b"<<<other>>>\n"), (b"x" * 80, TALK[0][1]), (b"", b"<html>")):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
