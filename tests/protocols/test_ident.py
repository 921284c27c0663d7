"""The identification protocol."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.ident import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [
    (0, b"6191, 23\r\n"),
    (1, b"6191, 23 : USERID : UNIX : secret\r\n"),
    (0, b"1,2\r\n"),
    (1, b"1, 2 : ERROR : NO-USER\r\n"),
]


def test_conversation() -> None:
    """Recognised however it is cut; systems and errors, no names."""
    assert check(PROTOCOL, TALK) == {"ident_answer": ("USERID", "NO-USER"), "ident_os": ("UNIX",)}
    assert "secret" not in repr(run(PROTOCOL, TALK))


def test_claims() -> None:
    """The ports must agree; a question alone is weak on the port."""
    assert PROTOCOL.claims(Context("tcp", 1, 113), b"6191, 23\r\n", b"") is Claim.WEAK
    for client, server in ((b"1,2\r\n", b"1,3:ERROR:NO-USER\r\n"), (b"a\r\n", b""), (b"1,2\r\n", b"hello\r\n")):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
