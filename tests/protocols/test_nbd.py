"""NBD: the negotiation."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Status
from netmon.protocols.nbd import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run

GREETING = b"NBDMAGICIHAVEOPT\0\3"


def option(kind: int, body: bytes = b"") -> bytes:
    return b"IHAVEOPT" + struct.pack("!II", kind, len(body)) + body


def reply(kind: int, what: int, body: bytes = b"") -> bytes:
    return bytes.fromhex("0003e889045565a9") + struct.pack("!III", kind, what, len(body)) + body


TALK: list[Flight] = [
    (1, GREETING),
    (0, b"\0\0\0\3" + option(8)),
    (1, reply(8, 1)),
    (0, option(7, struct.pack("!I", 4) + b"disk" + b"\0\1\0\3")),
    (1, reply(7, 3, bytes(12)) + reply(7, 1)),
]


def test_conversation() -> None:
    """Recognised however it is cut, until the transmission begins."""
    told = check(PROTOCOL, TALK)
    assert told == {"nbd_style": ("NEWSTYLE",), "nbd_option": ("STRUCTURED_REPLY", "GO"), "nbd_export": ("disk",)}
    finding, status, _ = run(PROTOCOL, TALK)
    assert (finding.state, status) == ("TRANSMISSION", Status.DONE)


def test_tls_is_handed_on() -> None:
    """After the acknowledgement of STARTTLS."""
    inspector = PROTOCOL.start(ANYWHERE)
    inspector.feed(1, GREETING, 0)
    inspector.feed(0, b"\0\0\0\3" + option(5), 0)
    assert inspector.feed(1, reply(5, 1), 0) is Status.SWITCH
    assert inspector.switch().hint == "TLS"


def test_old_style_and_export_name() -> None:
    """A server that begins at once; an export asked for in the old way."""
    finding, status, _ = run(PROTOCOL, [(1, b"NBDMAGIC" + bytes.fromhex("0000420281861253") + bytes(136))])
    assert (finding.state, status) == ("TRANSMISSION", Status.DONE)
    _, status, _ = run(PROTOCOL, [(1, GREETING), (0, b"\0\0\0\1" + option(1, b"disk"))])
    assert status is Status.DONE


def test_claims() -> None:
    """The second word counts; a client's flags are small."""
    assert PROTOCOL.claims(ANYWHERE, b"", b"NBDMAGICIHAVEOPX\0\3") is Claim.NO
    assert PROTOCOL.claims(ANYWHERE, b"\0\0\0\x09", GREETING) is Claim.NO
