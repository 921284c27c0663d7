"""VNC: version messages of RFC 6143 section 7.1.1."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Status
from netmon.protocols.vnc import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [(1, b"RFB 003.889\n"), (0, b"RFB 003.008\n"), (1, b"\x01\x02")]


def test_versions() -> None:
    """Both versions, and nothing more is wanted."""
    assert check(PROTOCOL, TALK) == {"vnc_server_version": ("003.889",), "vnc_client_version": ("003.008",)}
    assert run(PROTOCOL, TALK)[1] is Status.DONE


def test_claims() -> None:
    """A version message in either direction, whole."""
    assert PROTOCOL.claims(ANYWHERE, b"", b"RFB 003.0") is Claim.MORE
    assert PROTOCOL.claims(ANYWHERE, b"RFB 003.008\n", b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, b"", b"RFB 003 008\n") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"RFC 003.008\n", b"") is Claim.NO
