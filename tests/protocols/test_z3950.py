"""Z39.50 sessions."""

from __future__ import annotations

from netmon.protocols._contract import Claim
from netmon.protocols.z3950 import PROTOCOL

from ._streams import ANYWHERE, Flight, check, run


def tlv(tag: int, body: bytes) -> bytes:
    return bytes([tag, len(body)]) + body


INIT = tlv(0xB4, b"\x83\2\0\xe0\x84\3\0\xe9\xa2\x85\4\0\x10\0\0\x86\4\0\x10\0\0\x9f\x6e\2\x38\x31\x9f\x6f\3YAZ")
ANSWER = tlv(0xB5, b"\x83\2\0\xe0\x84\3\0\xe9\xa2\x85\4\0\x10\0\0\x86\4\0\x10\0\0\x8c\1\xff\x9f\x6f\5Zebra")
TALK: list[Flight] = [
    (0, INIT),
    (1, ANSWER),
    (0, tlv(0xB6, b"\x8d\1\0" + b"secret query")),
    (1, b"\xb7\x81\x90" + bytes(0x90)),
    (0, b"\xbf\x30\4\x9f\x81\x53\0"),
]


def test_conversation() -> None:
    """Recognised however it is cut; no queries."""
    assert check(PROTOCOL, TALK) == {
        "z3950_pdu": ("INIT_REQUEST", "INIT_RESPONSE", "SEARCH_REQUEST", "SEARCH_RESPONSE", "CLOSE"),
        "z3950_implementation": ("YAZ", "Zebra"),
    }
    assert "secret" not in repr(run(PROTOCOL, TALK))


def test_others() -> None:
    """Version and options must come first."""
    for head in (tlv(0xB4, bytes(30)), b"\xb6", tlv(0xB4, b"\x83\2\0\xe0\x85\3" + bytes(24))):
        assert PROTOCOL.claims(ANYWHERE, head, b"") is Claim.NO
