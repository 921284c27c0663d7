"""ICAP."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.icap import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

TALK: list[Flight] = [
    (
        0,
        b"RESPMOD icap://scan.example.net:1344/avscan ICAP/1.0\r\nHost: scan\r\n\r\nGET /secret HTTP/1.1\r\n\r\n",
    ),
    (1, b'ICAP/1.0 204 No modifications\r\nServer: Scanner/1.0\r\nISTag: "1"\r\n\r\n'),
]


def test_conversation() -> None:
    """Recognised however it is cut; service and status, not what is scanned."""
    assert check(PROTOCOL, TALK) == {
        "icap_method": ("RESPMOD",),
        "icap_service": ("/avscan",),
        "icap_status": (204,),
        "icap_server": ("Scanner/1.0",),
    }
    finding, _, updates = run(PROTOCOL, TALK)
    assert finding.hostname == "scan.example.net" and "secret" not in repr(updates)


def test_others() -> None:
    """What only looks alike is refused."""
    for head in (b"OPTIONS / HTTP/1.1\r\n", b"OPTIONS sip:x SIP/2.0\r\n", b"ICAP/1.0 xx\r\n", b"RESPMOD icap:x\n"):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
