"""LSP ping."""

from __future__ import annotations

from netmon.model.finding import Role
from netmon.protocols._contract import Claim
from netmon.protocols.lspping import PROTOCOL

from ._udp_cases import asked, fields, on, survives, told

ASK = b"\0\1\0\0\1\2\0\0" + b"handle\0\1" + bytes(16) + b"\0\1\0\5" + b"abcde\0\0\0"
REPLY = b"\0\1\0\0\2\2\3\0" + b"handle\0\1" + bytes(16)


def test_conversation() -> None:
    """Messages, return codes, pairs."""
    update = told(PROTOCOL, (0, ASK), (1, REPLY))
    assert fields(update) == {"lsp_ping_message": ("ECHO_REQUEST", "ECHO_REPLY"), "lsp_ping_code": (3,)}
    assert [half.role for half in update.exchanges] == [Role.REQUEST, Role.RESPONSE]


def test_claims() -> None:
    """On the port only; TLVs fill the datagram."""
    assert asked(PROTOCOL, ASK, on(3503)) is asked(PROTOCOL, REPLY, on(3503)) is Claim.YES
    assert asked(PROTOCOL, ASK) is Claim.NO
    for data in (ASK[:35], REPLY[:31], b"\0\2" + ASK[2:], ASK[:4] + b"\x09" + ASK[5:], ASK[:5] + b"\x09" + ASK[6:]):
        assert asked(PROTOCOL, data, on(3503)) is Claim.NO


def test_hostile_input() -> None:
    """Truncation and noise."""
    survives(PROTOCOL, ASK, REPLY, port=3503)
