"""The TLS record header, and whether bytes look like records (RFC 8446 section 5.1, RFC 5246 section 6.2).

In: the first bytes of one direction. Out: ``YES`` for a ClientHello or ServerHello in a record, ``WEAK`` for any other run
of records, ``MORE`` while too short to tell.
"""

from __future__ import annotations

import re
from typing import Final

from . import _ssl2
from ._contract import MAYBE, NO, WEAK, YES, Claim

CHANGE_CIPHER_SPEC: Final = 20
ALERT: Final = 21
HANDSHAKE: Final = 22
APPLICATION_DATA: Final = 23
HEARTBEAT: Final = 24
HEADER: Final = 5
MAXIMUM_RECORD: Final = 16384 + 2048
"""RFC 5246 section 6.2.3."""
HEADER_PATTERN: Final = re.compile(rb"[\x14-\x18]\x03[\x00-\x04][\x00-\x48]")
"""The first four bytes of a header."""


def looks_like(data: bytes) -> Claim:
    """What the first bytes of one direction say."""
    if data[0] & 0x80:
        return _ssl2.looks_like_hello(data)
    header = data[:HEADER]
    if not CHANGE_CIPHER_SPEC <= header[0] <= HEARTBEAT or header[1:2] not in (b"", b"\x03") or header[2:3] > b"\x04":
        return NO
    if len(data) < HEADER + 1:
        return MAYBE
    length = header[3] << 8 | header[4]
    if not 0 < length <= MAXIMUM_RECORD:
        return NO
    if header[0] == HANDSHAKE and data[5] in (1, 2):
        return _looks_like_hello(data, length)
    return _looks_like_run(data, length)


def _looks_like_hello(data: bytes, length: int) -> Claim:
    """The handshake header behind the record header and the hello's own version."""
    if length < 4:
        return MAYBE if len(data) < HEADER + length else WEAK
    if data[6:7] > b"\x01":  # a hello of more than 128 KiB
        return NO
    if len(data) < 11:
        return MAYBE
    version = data[9] << 8 | data[10]
    known = 0x0300 <= version <= 0x0304 or (data[5] == 2 and version >> 8 in (0x7F, 0xFB))
    return YES if known else NO


def _looks_like_run(data: bytes, length: int) -> Claim:
    """Another record: weak, and only when the one behind it, if there, is one too."""
    following = data[HEADER + length : HEADER + length + 4]
    if len(following) == 4 and not HEADER_PATTERN.match(following):
        return NO
    return WEAK


def has_records(data: bytes) -> bool:
    """Two consecutive record headers somewhere inside."""
    for match in HEADER_PATTERN.finditer(data):
        start = match.start()
        after = start + HEADER + int.from_bytes(data[start + 3 : start + HEADER], "big")
        if HEADER_PATTERN.match(data, after):
            return True
    return False
