"""FTP data connections."""

from __future__ import annotations

from netmon.model.finding import Confidence
from netmon.protocols._contract import Claim, Context
from netmon.protocols.ftp_data import PROTOCOL

from ._streams import ANYWHERE, run

ANNOUNCED = Context("tcp", 50000, 50001, hint="FTP-DATA")


def test_claims() -> None:
    """An announcement decides, the old data port is a hint, anything else says nothing."""
    assert PROTOCOL.claims(ANNOUNCED, b"", b"-rw-r--r--") is Claim.YES
    assert PROTOCOL.claims(Context("tcp", 50000, 20), b"", b"-rw-r--r--") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"", b"-rw-r--r--") is Claim.NO


def test_an_announcement_is_no_content() -> None:
    """The confidence says so."""
    assert run(PROTOCOL, [(1, b"-rw-r--r--")], ANNOUNCED)[0].confidence is Confidence.HEURISTIC
