"""DTLS records (RFC 6347 section 4.1, RFC 9147 section 4), as far as telling them from other datagrams needs them.

In: one datagram. Out: whether it is a run of records, the first one a handshake fragment in the clear or of a later epoch.
"""

from __future__ import annotations

from typing import Final

from ._contract import NO, WEAK, YES, Claim
from ._cursor import Cursor
from ._judge import scrambled

CHANGE_CIPHER_SPEC: Final = 20
ALERT: Final = 21
HANDSHAKE: Final = 22
APPLICATION_DATA: Final = 23
HEARTBEAT: Final = 24
CONNECTION_ID: Final = 25
VERSIONS: Final = frozenset({0xFEFF, 0xFEFD, 0x0100})
"""1.3 says 1.2 here; 0x0100 is OpenSSL's before 0.9.8f."""
MAXIMUM_MESSAGE: Final = 64 * 1024
MAXIMUM_RECORDS: Final = 64


def records(data: bytes) -> Claim:
    """Walk the records of one datagram."""
    cursor = Cursor(data)
    answer = NO
    for _ in range(MAXIMUM_RECORDS):
        if cursor.at_end or (answer is not NO and cursor.peek(1)[0] & 0xE0 == 0x20):
            return answer
        if cursor.left < 13:
            return NO if answer is NO else WEAK
        kind, version, epoch = cursor.u8(), cursor.u16(), cursor.u16()
        if not CHANGE_CIPHER_SPEC <= kind <= CONNECTION_ID or version not in VERSIONS:
            return NO
        cursor.skip(6)
        if kind == CONNECTION_ID:
            return WEAK if answer is NO else answer
        length = cursor.u16()
        if kind == HANDSHAKE and not epoch and not _looks_like_fragment(cursor.peek(12), length):
            return NO
        if length > cursor.left or not length or epoch > 1:
            hidden = bool(epoch) or kind == APPLICATION_DATA
            return WEAK if not hidden or scrambled(cursor.peek(48)[8:]) else NO
        cursor.skip(length)
        answer = YES
    return answer


def _looks_like_fragment(header: bytes, length: int) -> bool:
    """A handshake header whose numbers agree with the record's."""
    if len(header) < 12:
        return False
    whole, offset, size = (int.from_bytes(header[at : at + 3], "big") for at in (1, 6, 9))
    return header[0] <= 24 and size + 12 <= length and offset + size <= whole <= MAXIMUM_MESSAGE
