"""Finger."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.finger import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

PORT = Context("tcp", 50000, 79)
ANSWER = b"Login: root           \t\t\tName: The Super User\r\nDirectory: /root\r\n"
TALK: list[Flight] = [(0, b"/W root\r\n"), (1, ANSWER)]


def test_conversation() -> None:
    """Recognised however it is cut; what was asked for, not who."""
    assert check(PROTOCOL, TALK) == {"finger_query": ("USER",)}
    for question, kind in ((b"\r\n", "LIST"), (b"a@b\r\n", "FORWARD"), (b"/W\r\n", "LIST")):
        finding, _, _ = run(PROTOCOL, [(0, question)])
        assert finding.fields[0].values == (kind,)


def test_claims() -> None:
    """On the port a question is weak; elsewhere the answer must have columns."""
    assert PROTOCOL.claims(PORT, b"root\r\n", b"") is Claim.WEAK
    assert PROTOCOL.claims(PORT, b"\r\n", b"No one logged on\r\n") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"root\r\n", b"login: ") is Claim.WEAK
    for context, client, server in (
        (ANYWHERE, b"root\r\n", b"220 hello\r\n"),
        (PORT, b"\x16\3\1", b""),
        (PORT, b"a\nb\n", b""),
    ):
        assert PROTOCOL.claims(context, client, server) is Claim.NO
