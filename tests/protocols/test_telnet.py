"""Telnet: negotiation is recognised, what is typed is not told."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.telnet import PROTOCOL

from ._streams import ANYWHERE, Flight, run, text_of

CONVERSATION: list[Flight] = [
    (1, b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23"),
    (0, b"\xff\xfb\x18\xff\xfc\x20"),
    (1, b"login: "),
    (0, b"alice\r\nhunter2\r\n"),
]


def test_session() -> None:
    """A session in clear is a risk; nothing of it is published."""
    finding, status, updates = run(PROTOCOL, CONVERSATION)
    assert (finding.label, finding.state, status) == ("Telnet", "ESTABLISHED", Status.DONE)
    assert finding.risks == ("clear-text-session",)
    assert finding.fields == ()
    assert "hunter2" not in text_of(updates)


def test_claims() -> None:
    """From either end, with more of it or text; one command is enough on the port only; which says nothing itself."""
    home = Context("tcp", 50000, 23)
    assert PROTOCOL.claims(home, b"", b"\xff\xfd\x18") is PROTOCOL.claims(ANYWHERE, b"", b"\xff\xfd\x18" * 2) is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"", b"\xff\xfd\x18") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"\xff\xfb\x18", b"\xff\xfd\x18") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"\xff\xfb\x01l", b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"\xff\xfb\x01\x93", b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"\xff", b"") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"\xff\xd8\xff", b"") is Claim.NO
    assert PROTOCOL.claims(Context("tcp", 50000, 23), b"", b"login: ") is Claim.NO
