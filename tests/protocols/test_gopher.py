"""Gopher menus."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context
from netmon.protocols.gopher import PROTOCOL

from ._streams import ANYWHERE, Flight, check

MENU = b"iWelcome\tfake\t(NULL)\t0\r\n1About\t/about\texample.org\t70\r\n0File\t/a.txt\texample.org\t70\r\n.\r\n"
TALK: list[Flight] = [(0, b"/about\r\n"), (1, MENU)]


def test_conversation() -> None:
    """Recognised however it is cut; the kinds of items are told, selectors are not."""
    assert check(PROTOCOL, TALK) == {"gopher_item": ("INFO", "MENU", "TEXT")}


def test_claims() -> None:
    """Two items, or one on the port."""
    one = b"1About\t/about\texample.org\t70\r\n"
    assert PROTOCOL.claims(ANYWHERE, b"\r\n", one) is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 1, 70), b"\r\n", one) is Claim.YES
    for client, server in (
        (b"\r\n", b"1About\t/a\thost\tport\r\n"),
        (b"a\nb\n", b""),
        (b"\r\n", b"1no menu\r\n"),
        (b"\0\n", b""),
    ):
        assert PROTOCOL.claims(ANYWHERE, client, server) is Claim.NO
