"""RDP: connection request and confirm, the client's name, and the way into TLS."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.rdp import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def x224(kind: int, variable: bytes) -> bytes:
    """TPKT and X.224."""
    return struct.pack(">BBHBB", 3, 0, len(variable) + 11, len(variable) + 6, kind) + bytes(5) + variable


def data(payload: bytes) -> bytes:
    return struct.pack(">BBH", 3, 0, len(payload) + 7) + b"\x02\xf0\x80" + payload


REQUEST = x224(0xE0, b"Cookie: mstshash=alice\r\n\x01\x00\x08\x00\x0b\x00\x00\x00")
CORE = b"\x01\xc0\xd8\x00" + bytes(20) + "WORKSTATION7".encode("utf-16-le").ljust(32, b"\0") + bytes(40)
TALK: list[Flight] = [
    (0, REQUEST),
    (1, x224(0xD0, b"\x02\x00\x08\x00\x00\x00\x00\x00")),
    (0, data(b"\x7f\x65\x82\x01\x90" + bytes(80) + b"Duca\x81\x20" + CORE)),
]


def test_own_security() -> None:
    """Cookie, the security chosen, and the client's name."""
    assert check(PROTOCOL, TALK) == {
        "rdp_cookie": ("Cookie: mstshash=alice",),
        "rdp_security": ("RDP",),
        "rdp_client": ("WORKSTATION7",),
    }
    assert run(PROTOCOL, TALK)[1] is Status.DONE


def test_tls_follows() -> None:
    """A server that chose TLS (here CredSSP) hands the stream on."""
    inspector = PROTOCOL.start(ANYWHERE)
    inspector.feed(0, REQUEST, 0)
    status = inspector.feed(1, x224(0xD0, b"\x02\x1f\x08\x00\x02\x00\x00\x00") + b"\x16", 0)
    assert status is Status.SWITCH
    assert inspector.switch().server_rest == b"\x16"


def test_refused() -> None:
    """A negotiation failure ends it."""
    finding, status, _ = run(PROTOCOL, [(0, REQUEST), (1, x224(0xD0, b"\x03\x00\x08\x00\x05\x00\x00\x00"))])
    assert (finding.state, status) == ("REFUSED", Status.DONE)


def test_claims() -> None:
    """A bare connection request may be anybody's, one with TSAPs is not RDP's."""
    bare = x224(0xE0, b"")
    assert PROTOCOL.claims(ANYWHERE, bare, b"") is Claim.MORE
    assert PROTOCOL.claims(Context("tcp", 50000, 3389), bare, b"") is Claim.WEAK
    assert PROTOCOL.claims(ANYWHERE, x224(0xE0, b"\xc1\x02\x01\x00\xc2\x02\x01\x02"), b"") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"", x224(0xD0, b"\x02\x00\x08\x00\x01\x00\x00\x00")) is Claim.YES


def test_udp() -> None:
    """The padded SYN is RDP over UDP, whoever sends it; other datagrams of that size are not."""
    context = Context("udp", 50000, 50001)
    syn = struct.pack(">IHHIHH", 0xFFFFFFFF, 64, 0x1801, 7, 1232, 1232).ljust(1232, b"\0")
    assert PROTOCOL.claims(context, syn, b"") is Claim.YES
    assert PROTOCOL.claims(context, syn[:1000], b"") is Claim.NO
    assert PROTOCOL.claims(context, bytes(1232), b"") is Claim.NO
    assert PROTOCOL.start(context).feed(0, syn, 0) is Status.DONE
