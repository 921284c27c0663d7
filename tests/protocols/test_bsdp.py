"""BSDP."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.bsdp import PROTOCOL

from ._udp_cases import asked, fields, survives, told

SEARCH = b"SEARCH BSDP/0.1\nDEVICE=0\nSERVICE=7169\n"


def test_messages() -> None:
    """By the first line."""
    assert fields(told(PROTOCOL, (0, SEARCH), (1, b"ALIVE BSDP/0.1\r\n"))) == {"bsdp_message": ("SEARCH", "ALIVE")}
    assert asked(PROTOCOL, SEARCH) is Claim.YES
    for data in (SEARCH[:12], b"SEARCH HTTP/1.1\n", b"FIND BSDP/0.1\n"):
        assert asked(PROTOCOL, data) is Claim.NO
    survives(PROTOCOL, SEARCH)
